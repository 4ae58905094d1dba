{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>
<p><a href="{{subscribe_url}}">[[leave.again]]</a></p>{{/done}}
{{#lead}}<p class="lead">{{lead}}</p>{{/lead}}
{{#action}}<form method="post" action="{{action}}">
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[leave.do]]</span></button></p>
</form>
<p class="muted">[[leave.others]]</p>{{/action}}
[[>_foot]]
