{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p>[[submission.gone]]</p>
<p><a class="kern-link" href="[[@home]]">[[page.home]]</a></p>
[[>_foot]]
