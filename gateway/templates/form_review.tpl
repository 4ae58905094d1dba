{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{heading}}</h1>
<div class="kern-progress form-stage"><label class="kern-label" for="stage">{{stage}}</label><progress id="stage" value="2" max="3"></progress></div>
<p class="lead">[[form.review_lead]]</p>
<form method="post" action="{{action}}">
{{#fields}}<input type="hidden" name="{{field_name}}" value="{{field_value:pre_escape}}">
{{/fields}}
<div class="stack">
[[>_parts]]
</div>
<p class="row after">
<button class="kern-btn kern-btn--primary" type="submit" name="_do" value="send"><span class="kern-label">{{#corrects}}[[form.send_correction]]{{/corrects}}{{#sends}}[[form.send]]{{/sends}}</span></button>
<button class="kern-btn kern-btn--secondary" type="submit" name="_do" value="edit"><span class="kern-label">[[form.edit]]</span></button>
</p>
</form>
[[>_foot]]
