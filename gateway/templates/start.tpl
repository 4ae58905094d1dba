{{%AUTOESCAPE context="HTML"}}[[>_head]]
<div class="hero">
<h1>{{title}}</h1>
<p class="lead">{{lead}}</p>
</div>
<section aria-labelledby="calls">
<h2 id="calls">[[start.forms]]</h2>
{{#calls}}<ul class="cards">
{{#forms}}<li class="call"><h3><a href="{{form_link}}">{{form_title}}</a></h3>
{{#form_intro}}<p>{{form_intro}}</p>{{/form_intro}}</li>
{{/forms}}</ul>{{/calls}}
</section>
{{#listing}}<section aria-labelledby="newest">
<h2 id="newest">[[start.newest]]</h2>
<ul class="cards">
{{#newest}}<li><p class="muted small">{{entry_kind}} · {{entry_date}}</p>
<h3><a href="{{entry_link}}">{{entry_title}}</a></h3>
{{#entry_summary}}<p class="clip">{{entry_summary}}</p>{{/entry_summary}}</li>
{{/newest}}</ul>
<p class="after"><a class="kern-btn kern-btn--secondary" href="[[@landscape]]"><span class="kern-label">[[start.all]]</span></a></p>
</section>
<section aria-labelledby="figures">
<h2 id="figures">[[start.figures]]</h2>
<dl class="figures">
{{#figures}}<div><dt>{{figure_label}}</dt><dd>{{figure_value}}</dd></div>
{{/figures}}</dl>
</section>{{/listing}}
<section aria-labelledby="about">
<h2 id="about">[[start.about]]</h2>
<div class="columns">
{{#blocks}}<div><h3>{{block_heading}}</h3><p>{{block_text}}</p></div>
{{/blocks}}</div>
</section>
[[>_foot]]
