{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#message}}<p class="lead">[[problem.page_title]] ({{message}}).</p>{{/message}}{{#remedy}}<p class="lead">{{remedy}}</p>{{/remedy}}
<p><a href="[[@home]]">[[page.home]]</a> · <a href="[[@landscape]]">[[page.landscape]]</a></p>
<p class="help">[[problem.trace]]: <code>{{trace}}</code></p>
[[>_foot]]
