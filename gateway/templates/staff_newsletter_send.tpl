{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p class="lead">{{about}}</p>
<div class="kern-alert kern-alert--warning"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title">{{warning}}</span></div></div>
<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="_version" value="{{version}}">
<p class="row">
<button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[letters.send]]</span></button>
<a class="kern-btn kern-btn--secondary" href="{{back_url}}"><span class="kern-label">[[confirm.cancel]]</span></a>
</p>
</form>
[[>_foot]]
