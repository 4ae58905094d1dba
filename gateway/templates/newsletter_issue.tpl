{{%AUTOESCAPE context="HTML"}}[[>_head]]
<article>
<h1 class="kern-heading-x-large"{{#issue_lang}} lang="{{issue_lang}}"{{/issue_lang}}>{{title}}</h1>
<p class="muted">[[newsletter.sent]] {{sent_when}}</p>
<div{{#issue_lang}} lang="{{issue_lang}}"{{/issue_lang}}>
{{issue_html:none}}
</div>
</article>
<p class="row">{{#subscribe_url}}<a href="{{subscribe_url}}" class="kern-btn kern-btn--secondary"><span class="kern-label">[[newsletter.subscribe]]</span></a>{{/subscribe_url}}
<a class="kern-link" href="{{archive_url}}">[[newsletter.all]]</a></p>
[[>_foot]]
