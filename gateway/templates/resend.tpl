{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#sign_in_url}}<p>[[resend.signed_out]]</p>
<p><a class="kern-link" href="{{sign_in_url}}" target="_blank" rel="noopener">[[resend.sign_in]]</a></p>{{/sign_in_url}}
<p>[[resend.kept]]</p>
<form method="post" action="{{action}}" enctype="multipart/form-data">
{{#csrf}}<input type="hidden" name="_csrf" value="{{csrf}}">{{/csrf}}
{{#fields}}<input type="hidden" name="{{field_name}}" value="{{field_value:pre_escape}}">
{{/fields}}<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[resend.send]]</span></button></p>
</form>
{{#anything}}<details class="kern-accordion">
<summary class="kern-accordion__header"><span class="kern-title">[[resend.typed]]</span></summary>
<div class="kern-accordion__body"><dl>
{{#typed}}<dt>{{field_name}}</dt><dd class="lines">{{field_value:pre_escape}}</dd>
{{/typed}}</dl></div>
</details>{{/anything}}
[[>_foot]]
