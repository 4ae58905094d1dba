{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p class="lead">[[start.lead]]</p>
<h2>[[start.forms]]</h2>
<ul class="cards">
{{#forms}}<li><a href="{{link}}">{{label}}</a>{{#text}}<p>{{text}}</p>{{/text}}</li>
{{/forms}}</ul>
<h2><a href="[[@landscape]]">[[start.landscape]]</a></h2>
<p>[[start.landscape_text]]</p>
[[>_foot]]
