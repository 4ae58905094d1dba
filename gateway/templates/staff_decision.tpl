{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p><a href="{{back_url}}">[[staff.back_submission]]</a></p>
<h1>{{title}}</h1>
<p class="lead">{{about}}</p>
[[>_staff_refused]]
{{#faulty}}<div class="kern-alert kern-alert--danger" tabindex="-1" autofocus aria-labelledby="faults">
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title" id="faults">[[decide.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#note}}<div class="kern-alert kern-alert--info"><div class="kern-alert__header"><span class="kern-icon kern-icon--info" aria-hidden="true"></span><span class="kern-title">{{note}}</span></div></div>{{/note}}
{{#possible}}<p>{{lead}}</p>{{/possible}}
{{#has_answers}}<details class="kern-accordion aside">
<summary class="kern-accordion__header"><span class="kern-title">[[decide.answers]]</span></summary>
<div class="kern-accordion__body">
{{#parts}}{{#part_title}}<h2>{{part_title}}</h2>{{/part_title}}
{{#part_filled}}<dl class="kern-description-list">
{{#part_answers}}[[>_staff_answer]]{{/part_answers}}</dl>{{/part_filled}}
{{/parts}}
</div>
</details>{{/has_answers}}
{{#possible}}<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="_version" value="{{version}}">
{{#has_candidates}}<fieldset class="kern-fieldset">
<legend class="kern-label">[[duplicate.which]]</legend>
{{#candidates}}<div class="candidate">
<h2>{{candidate_title}}</h2>
<table>
<caption class="kern-sr-only">{{candidate_title}}</caption>
<thead><tr><th scope="col">[[duplicate.here]]</th><th scope="col">[[duplicate.there]]</th></tr></thead>
{{#compare_rows}}<tbody><tr><th colspan="2" scope="rowgroup">{{compare_label}}</th></tr>
<tr><td class="lines">{{compare_here:pre_escape}}</td><td class="lines">{{compare_there:pre_escape}}</td></tr></tbody>
{{/compare_rows}}</table>
<p><a href="{{candidate_link}}">[[duplicate.view]]</a></p>
<div class="kern-form-check"><input class="kern-form-check__radio" type="radio" id="d-{{candidate_id}}" name="duplicate_of" value="{{candidate_id}}"{{#candidate_chosen}} checked{{/candidate_chosen}}><label class="kern-label" for="d-{{candidate_id}}">[[duplicate.this]]<span class="kern-sr-only">: {{candidate_title}}</span></label></div>
</div>
{{/candidates}}</fieldset>{{/has_candidates}}
{{#no_candidates}}<p>[[duplicate.none]]</p>{{/no_candidates}}
{{#fields}}[[>_question]]{{/fields}}
<p class="row"><button type="submit" class="kern-btn kern-btn--primary"><span class="kern-label">{{send}}</span></button> <a href="{{back_url}}">[[decide.cancel]]</a></p>
</form>{{/possible}}
{{#has_typed}}<section aria-labelledby="typed">
<h2 id="typed">[[decide.typed]]</h2>
<dl class="kern-description-list">
{{#typed}}[[>_staff_fact]]{{/typed}}</dl>
</section>{{/has_typed}}
[[>_foot]]
