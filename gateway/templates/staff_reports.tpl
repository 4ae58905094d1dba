{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#refused}}<div class="kern-alert kern-alert--danger" role="alert"><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{refused}}</span></div></div>{{/refused}}
<p>{{count}}</p>
<nav aria-label="[[reports.views]]"><ul class="row bare">
{{#views}}<li><a class="kern-link" href="{{sort_link}}"{{#sort_current}} aria-current="page"{{/sort_current}}>{{sort_label}}</a></li>
{{/views}}</ul></nav>
{{#empty}}<p>[[reports.none]]</p>{{/empty}}
<ul class="cards cards--list">
{{#reports}}<li>
<h2 class="kern-heading-small" id="r-{{report_id}}">{{#report_link}}<a class="kern-link" href="{{report_link}}">{{report_title}}</a>{{/report_link}}{{report_plain}}</h2>
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.reason]]</dt><dd class="kern-description-list-item__value">{{report_reason}}</dd></div>
{{#report_text}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.text]]</dt><dd class="kern-description-list-item__value lines">{{report_text:pre_escape}}</dd></div>{{/report_text}}
{{#report_page}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.page]]</dt><dd class="kern-description-list-item__value">{{report_page}}</dd></div>{{/report_page}}
{{#report_email}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.email]]</dt><dd class="kern-description-list-item__value">{{report_email}}</dd></div>{{/report_email}}
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.when]]</dt><dd class="kern-description-list-item__value">{{report_when}}</dd></div>
{{#report_done}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.result]]</dt><dd class="kern-description-list-item__value">{{report_done}}</dd></div>{{/report_done}}
{{#report_note}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[reports.note]]</dt><dd class="kern-description-list-item__value lines">{{report_note:pre_escape}}</dd></div>{{/report_note}}
</dl>
{{#report_open}}<details class="kern-accordion">
<summary class="kern-accordion__header"><span class="kern-title">[[reports.resolve]]</span></summary>
<div class="kern-accordion__body">
<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="id" value="{{report_id}}">
<input type="hidden" name="state" value="{{view}}">
<div class="kern-form-input">
<label class="kern-label" for="outcome-{{report_id}}">[[reports.outcome]]</label>
<div class="kern-form-input__select-wrapper"><select class="kern-form-input__select" id="outcome-{{report_id}}" name="outcome" required>
<option value="">[[form.choose]]</option>
{{#outcomes}}<option value="{{outcome_id}}">{{outcome_label}}</option>
{{/outcomes}}</select></div>
</div>
<div class="kern-form-input">
<label class="kern-label" for="note-{{report_id}}">[[reports.note]]</label>
<div class="kern-hint" id="hint-{{report_id}}">[[reports.note_hint]]</div>
<textarea class="kern-form-input__input" id="note-{{report_id}}" name="note" rows="3" aria-describedby="hint-{{report_id}}"></textarea>
</div>
<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="erase-{{report_id}}" name="erase" value="1"><label class="kern-label" for="erase-{{report_id}}">[[reports.erase]]</label></div>
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[reports.send]]</span></button></p>
</form>
</div>
</details>{{/report_open}}
</li>
{{/reports}}</ul>
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[landscape.next]]</a></p>{{/next_url}}
[[>_foot]]
