{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<form method="get" action="{{action}}" role="search" class="search">
<div class="question">
<label for="q">[[landscape.search_label]]</label>
<input type="search" id="q" name="q" value="{{q}}" maxlength="200">
</div>
<fieldset class="group">
<legend>[[landscape.filter]]</legend>
<div class="filters">
{{#filters}}<div><label for="f-{{filter_name}}">{{filter_label}}</label>
<select id="f-{{filter_name}}" name="{{filter_name}}">
<option value="">[[landscape.any]]</option>
{{#choices}}<option value="{{choice_id}}"{{#chosen}} selected{{/chosen}}>{{choice_label}}</option>
{{/choices}}</select></div>
{{/filters}}</div>
</fieldset>
<p><button type="submit">[[landscape.apply]]</button>{{#all_url}} <a href="{{all_url}}">[[landscape.reset]]</a>{{/all_url}}</p>
</form>
<h2>[[landscape.results]]</h2>
<p role="status">{{count}}</p>
{{#empty}}<p>[[landscape.none]]</p>{{/empty}}
{{#listing}}<ul class="cards">
{{#entries}}<li><h3><a href="{{entry_link}}">{{entry_title}}</a></h3>
<p class="kind">{{entry_kind}}{{#entry_facts}} · {{entry_facts}}{{/entry_facts}}</p>
{{#entry_summary}}<p>{{entry_summary}}</p>{{/entry_summary}}</li>
{{/entries}}</ul>{{/listing}}
{{#next_url}}<p><a href="{{next_url}}" rel="next">[[landscape.next]]</a></p>{{/next_url}}
[[>_foot]]
