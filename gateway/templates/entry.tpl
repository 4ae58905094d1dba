{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p class="kind">{{kind}}</p>
<h1>{{title}}</h1>
{{#summary}}<p class="lead">{{summary}}</p>{{/summary}}
{{#description_html}}<div class="text">{{description_html:none}}</div>{{/description_html}}
<h2>[[entry.facts]]</h2>
<dl class="facts">
{{#facts}}<dt>{{label}}</dt><dd>{{#link}}<a href="{{link}}">{{text}}</a>{{/link}}{{plain}}</dd>
{{/facts}}</dl>
{{#website}}<p><a href="{{website}}" rel="noopener nofollow">[[entry.website]]</a></p>{{/website}}
<p><a href="[[@landscape]]">[[entry.back]]</a></p>
[[>_foot]]
