{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#sign_in_url}}<p>[[resend.signed_out]]</p>
<p><a href="{{sign_in_url}}" target="_blank" rel="noopener">[[resend.sign_in]]</a></p>{{/sign_in_url}}
<p>[[resend.kept]]</p>
<form method="post" action="{{action}}">
{{#csrf}}<input type="hidden" name="_csrf" value="{{csrf}}">{{/csrf}}
{{#fields}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/fields}}<p><button type="submit">[[resend.send]]</button></p>
</form>
[[>_foot]]
