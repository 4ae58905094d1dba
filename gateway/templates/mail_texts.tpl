{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p>[[mail_texts.lead]]</p>
<ul class="cards cards--list">
{{#mail_texts}}<li>
<h2 class="kern-heading-small">{{text_kind}}</h2>
<ul>
{{#text_links}}<li><a href="{{text_link}}">{{text_language}}<span class="kern-sr-only">: {{text_kind}}</span></a> <span class="small muted">{{text_state}}</span></li>
{{/text_links}}</ul>
</li>
{{/mail_texts}}</ul>
[[>_foot]]
