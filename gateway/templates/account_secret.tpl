{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<div class="kern-alert kern-alert--warning" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title">[[account.shown_once]]</span></div>
<div class="kern-alert__body"><p class="kern-body">{{lead}}</p></div></div>
<ul>
{{#codes}}<li><code>{{code}}</code></li>
{{/codes}}</ul>
<p><a class="kern-btn kern-btn--primary" href="{{next_url}}"><span class="kern-label">{{next}}</span></a></p>
[[>_foot]]
