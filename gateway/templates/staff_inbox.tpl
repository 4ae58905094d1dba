{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<nav aria-label="[[inbox.tabs]]"><ul class="menu">
{{#tabs}}<li><a href="{{tab_link}}"{{#tab_current}} aria-current="page"{{/tab_current}}>{{tab_label}}</a></li>
{{/tabs}}</ul></nav>
<div class="sidebar">
<form method="get" action="{{action}}" role="search" class="stack">
<div class="kern-form-input">
<label class="kern-label" for="q">[[inbox.search]]</label>
<div class="kern-hint" id="q-help">[[inbox.search_help]]</div>
<input class="kern-form-input__input" type="search" id="q" name="q" value="{{q}}" maxlength="200" aria-describedby="q-help">
</div>
<details class="kern-accordion"{{#filter_open}} open{{/filter_open}}>
<summary class="kern-accordion__header"><span class="kern-title">[[inbox.filter]]</span></summary>
<div class="kern-accordion__body">
{{#filters}}<div class="kern-form-input">
<label class="kern-label" for="f-{{filter_field}}">{{filter_text}}</label>
<div class="kern-form-input__select-wrapper"><select class="kern-form-input__select" id="f-{{filter_field}}" name="{{filter_field}}">
{{#filter_choices}}<option value="{{choice_value}}"{{#choice_chosen}} selected{{/choice_chosen}}>{{choice_text}}</option>
{{/filter_choices}}</select></div>
</div>
{{/filters}}
</div>
</details>
<p class="row"><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[inbox.apply]]</span></button>{{#narrowed}} <a href="{{all_url}}">[[inbox.reset]]</a>{{/narrowed}}</p>
</form>
<section aria-labelledby="results">
<h2 id="results">[[inbox.results]]</h2>
<p role="status">{{found}}{{nothing}}</p>
<ul class="cards cards--list">
{{#rows}}[[>_inbox_row]]{{/rows}}</ul>
<p class="row">{{#first_url}}<a href="{{first_url}}">[[inbox.first]]</a> {{/first_url}}{{#next_url}}<a class="kern-btn kern-btn--secondary" href="{{next_url}}" rel="next"><span class="kern-label">[[inbox.next]]</span></a>{{/next_url}}</p>
</section>
</div>
[[>_foot]]
