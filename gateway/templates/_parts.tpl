{{%AUTOESCAPE context="HTML"}}{{#parts}}<section class="kern-summary form-part">
<div class="kern-summary__body">
<div class="spread"><h2 class="kern-heading-medium">{{part_title}}</h2>
{{#change_url}}<button class="plain-button no-print" type="submit" name="_do" value="edit" formaction="{{change_url}}" aria-label="{{change_label}}">[[form.change]]</button>{{/change_url}}</div>
<dl class="kern-description-list kern-description-list--col">
{{#answers}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{asked}}</dt><dd class="kern-description-list-item__value">{{#lines}}{{line}}<br>{{/lines}}{{#unanswered}}<span class="muted">[[form.unanswered]]</span>{{/unanswered}}</dd></div>
{{/answers}}</dl>
</div>
</section>
{{/parts}}
