{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#asked}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">[[subscribe.look]]</span></div></div>
<p>[[subscribe.then]]</p>
<p>[[subscribe.no_mail]]</p>{{/asked}}
{{#notice}}<div class="kern-alert kern-alert--danger" role="alert"><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{notice}}</span></div></div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#filled}}<p class="lead">[[subscribe.lead]]</p>
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_key" value="{{key}}">
<p class="trap" aria-hidden="true"><label for="trap">[[form.trap]]</label> <input type="text" id="trap" name="_website" tabindex="-1" autocomplete="off"></p>
<fieldset class="kern-fieldset{{#lists_error}} kern-fieldset--error{{/lists_error}}"{{#lists_error}} aria-describedby="lists-error"{{/lists_error}}>
<legend class="kern-label">[[subscribe.lists]]</legend>
{{#lists_error}}<p class="kern-error" id="lists-error">{{lists_error}}</p>{{/lists_error}}
<div class="kern-fieldset__body">
{{#offers}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{offer_input}}" name="lists" value="{{offer_id}}" aria-describedby="{{offer_input}}-wording"{{#offer_chosen}} checked{{/offer_chosen}}><label class="kern-label" for="{{offer_input}}">{{offer_label}}</label></div>
<p class="small lines" id="{{offer_input}}-wording">{{offer_wording:pre_escape}}</p>
{{/offers}}</div>
</fieldset>
<div class="kern-form-input{{#email_error}} kern-form-input--error{{/email_error}}">
<label class="kern-label" for="email">[[subscribe.email]]</label>
<div class="kern-hint" id="email-hint">[[subscribe.email_hint]]</div>
<input class="kern-form-input__input" type="email" id="email" name="email" value="{{email}}" maxlength="254" autocomplete="email" aria-describedby="email-hint{{#email_error}} email-error{{/email_error}}"{{#email_error}} aria-invalid="true"{{/email_error}}>
{{#email_error}}<p class="kern-error" id="email-error">{{email_error}}</p>{{/email_error}}
</div>
<details class="kern-accordion">
<summary class="kern-accordion__header"><span class="kern-title">[[subscribe.choices]]</span></summary>
<div class="kern-accordion__body">
[[>_mail_choices]]
</div>
</details>
[[>_mail_language]]
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[subscribe.do]]</span></button></p>
</form>{{/filled}}
[[>_foot]]
