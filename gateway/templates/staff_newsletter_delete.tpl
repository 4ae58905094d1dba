{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p class="lead">{{about}}</p>
<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="_version" value="{{version}}">
<p class="row">
<button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[letters.delete]]</span></button>
<a class="kern-btn kern-btn--secondary" href="{{back_url}}"><span class="kern-label">[[confirm.cancel]]</span></a>
</p>
</form>
[[>_foot]]
