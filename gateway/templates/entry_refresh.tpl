{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#lead}}<p class="lead">{{lead}}</p>{{/lead}}
{{#due}}<form method="post" action="{{action}}">
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[refresh.confirm]]</span></button></p>
</form>{{/due}}
<article aria-labelledby="entry">
<h2 class="kern-heading-large" id="entry">{{entry_name}}</h2>
{{#summary}}<p>{{summary}}</p>{{/summary}}
{{#description_html}}<div>{{description_html:none}}</div>{{/description_html}}
{{#website}}<p><a class="kern-link" href="{{website}}" rel="noopener nofollow">[[entry.website]]</a></p>{{/website}}
<dl class="kern-description-list">
{{#facts}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{label}}</dt><dd class="kern-description-list-item__value">{{plain}}</dd></div>
{{/facts}}</dl>
</article>
<ul>
{{#entry_url}}<li><a class="kern-link" href="{{entry_url}}">[[refresh.to_entry]]</a></li>{{/entry_url}}
{{#change_url}}<li><a class="kern-link" href="{{change_url}}">[[refresh.change]]</a></li>{{/change_url}}
</ul>
<p class="small muted">[[refresh.own]]</p>
[[>_foot]]
