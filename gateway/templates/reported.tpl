{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">[[reported.text]]</span></div></div>
<p class="kern-body">[[reported.answer]]</p>
<p><a class="kern-link" href="{{back_link}}">{{back_label}}</a></p>
[[>_foot]]
