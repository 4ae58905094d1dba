{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p class="lead">[[confirm_mail.address]] <strong>{{hint}}</strong></p>
{{#already}}<p>[[confirm_mail.already]]</p>{{/already}}
{{#wording}}<blockquote class="lines">{{wording:pre_escape}}</blockquote>{{/wording}}
{{#action}}<form method="post" action="{{action}}"{{#at_once}} data-at-once{{/at_once}}>
{{#agreed}}<input type="hidden" name="lists" value="{{offer_id}}">
<h2>{{offer_label}}</h2>
<blockquote class="lines">{{offer_wording:pre_escape}}</blockquote>
{{/agreed}}
{{#has_offers}}<fieldset class="kern-fieldset">
<legend class="kern-label">[[confirm_mail.offers]]</legend>
<div class="kern-hint">[[confirm_mail.offers_hint]]</div>
<div class="kern-fieldset__body">
{{#offers}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{offer_input}}" name="lists" value="{{offer_id}}" aria-describedby="{{offer_input}}-wording"><label class="kern-label" for="{{offer_input}}">{{offer_label}}</label></div>
<p class="small lines" id="{{offer_input}}-wording">{{offer_wording:pre_escape}}</p>
{{/offers}}</div>
</fieldset>{{/has_offers}}
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">{{confirm_label}}</span></button></p>
</form>
<p class="muted">[[confirm_mail.not_you]]</p>{{/action}}
{{#at_once}}<script src="[[@confirm_js]]" defer></script>{{/at_once}}
[[>_foot]]
