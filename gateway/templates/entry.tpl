{{%AUTOESCAPE context="HTML"}}[[>_head]]
<article>
<p class="muted">{{kind}}</p>
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#unconfirmed}}<div class="kern-alert kern-alert--warning"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title">[[entry.unconfirmed]]</span></div></div>{{/unconfirmed}}
{{#summary}}<p class="lead">{{summary}}</p>{{/summary}}
{{#description_html}}<div>{{description_html:none}}</div>{{/description_html}}
{{#website}}<p><a class="kern-link" href="{{website}}" rel="noopener nofollow">[[entry.website]]</a></p>{{/website}}
<h2 class="kern-heading-medium">[[entry.facts]]</h2>
<dl class="kern-description-list">
{{#facts}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{label}}</dt><dd class="kern-description-list-item__value">{{#link}}<a class="kern-link" href="{{link}}">{{text}}</a>{{/link}}{{plain}}</dd></div>
{{/facts}}</dl>
<h2 class="kern-heading-medium">[[entry.origin]]</h2>
<p>{{provenance}}{{#confirmed}} [[entry.confirmed]] {{confirmed}}.{{/confirmed}}{{#also_reported}} {{also_reported}}{{/also_reported}}</p>
<div class="stack">
<details class="kern-accordion">
<summary class="kern-accordion__header"><span class="kern-title">[[entry.versions]]</span></summary>
<div class="kern-accordion__body">
<ol class="bare">
{{#versions}}<li>[[entry.version]] {{version_number}} [[entry.version_when]] {{version_when}}: {{version_text}}</li>
{{/versions}}</ol>
{{#older}}<p>[[entry.older]]</p>{{/older}}
</div>
</details>
<p><a class="kern-link" href="{{report_url}}" rel="nofollow">[[entry.report]]</a></p>
</div>
</article>
{{#has_related}}<section aria-labelledby="related">
<h2 class="kern-heading-medium" id="related">[[entry.related]]</h2>
<ul class="cards">
{{#related}}<li><h3 class="kern-heading-small"><a class="kern-link" href="{{entry_link}}">{{entry_title}}</a></h3>
<p class="small muted">{{entry_kind}}{{#entry_facts}} · {{entry_facts}}{{/entry_facts}}</p></li>
{{/related}}</ul>
</section>{{/has_related}}
{{linked_data_html:none}}
[[>_foot]]
