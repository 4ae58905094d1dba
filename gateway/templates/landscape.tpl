{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<p class="kern-body">[[landscape.lead]]</p>
<form method="get" action="{{action}}" role="search">
{{#kept}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/kept}}<div class="kern-form-input">
<label class="kern-label" for="q">[[landscape.search_label]]</label>
<input class="kern-form-input__input" type="search" id="q" name="q" value="{{q}}" maxlength="200">
</div>
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[landscape.send]]</span></button></p>
</form>
<div class="sidebar">
<nav aria-labelledby="facets">
<h2 class="kern-heading-medium" id="facets">[[landscape.facets]]</h2>
<p class="small narrow-only"><a class="kern-link" href="#results">[[landscape.skip_facets]]</a></p>
{{#facets}}<details class="kern-accordion"{{#facet_open}} open{{/facet_open}}>
<summary class="kern-accordion__header"><span class="kern-title">{{facet_label}}</span></summary>
<div class="kern-accordion__body">
<ul class="terms">
{{#terms}}<li>{{#term_chosen}}<strong>{{term_label}}</strong> <span class="muted">([[landscape.chosen]])</span>{{/term_chosen}}{{#term_link}}<a class="kern-link" href="{{term_link}}">{{term_label}}{{#term_count}} <span class="muted">({{term_count}})</span>{{/term_count}}</a>{{/term_link}}</li>
{{/terms}}</ul>
</div>
</details>
{{/facets}}</nav>
<section aria-labelledby="results">
<h2 class="kern-heading-medium" id="results" tabindex="-1">{{count}}</h2>
{{#narrowed}}<p class="small" id="narrowed">[[landscape.narrowed]]:</p>
<ul class="chips" aria-labelledby="narrowed">
{{#chips}}<li><a class="chip" href="{{chip_link}}">{{chip_label}} <span aria-hidden="true">×</span><span class="kern-sr-only">[[landscape.remove]]</span></a></li>
{{/chips}}<li><a class="kern-link" href="{{all_url}}">[[landscape.remove_all]]</a></li>
</ul>{{/narrowed}}
<nav class="small" aria-label="[[landscape.order]]"><ul class="row bare">
{{#sorts}}<li><a class="kern-link" href="{{sort_link}}"{{#sort_current}} aria-current="true"{{/sort_current}}>{{sort_label}}</a></li>
{{/sorts}}</ul></nav>
{{#empty}}<p class="kern-body">[[landscape.none]]</p>{{/empty}}
{{#listing}}<ul class="cards cards--list">
{{#entries}}<li><h3 class="kern-heading-small"><a class="kern-link" href="{{entry_link}}">{{entry_title}}</a></h3>
<p class="small muted">{{entry_kind}}{{#entry_facts}} · {{entry_facts}}{{/entry_facts}}</p>
{{#entry_summary}}<p>{{entry_summary}}</p>{{/entry_summary}}</li>
{{/entries}}</ul>{{/listing}}
{{#paged}}<nav class="row" aria-label="[[landscape.pages]]">{{#first_url}}<a class="kern-link" href="{{first_url}}">[[landscape.first]]</a>{{/first_url}}
{{#next_url}}<a href="{{next_url}}" rel="next" class="kern-btn kern-btn--secondary"><span class="kern-label">[[landscape.next]]</span></a>{{/next_url}}</nav>{{/paged}}
<h2 class="kern-heading-small">[[landscape.more]]</h2>
<ul>
<li><a class="kern-link" href="{{overview_url}}">[[landscape.overview]]</a></li>
<li><a class="kern-link" href="{{feed_url}}" type="application/atom+xml">[[landscape.feed]]</a></li>
<li><a class="kern-link" href="{{map_url}}" type="application/json">[[landscape.data]]</a></li>
</ul>
</section>
</div>
[[>_foot]]
