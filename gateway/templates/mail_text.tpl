{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p><a href="{{back_url}}">[[mail_text.back]]</a></p>
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--warning" tabindex="-1" autofocus aria-labelledby="refused">
<div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title" id="refused">{{notice}}</span></div>
{{#notice_url}}<div class="kern-alert__body"><p><a href="{{notice_url}}" target="_blank" rel="noopener">[[mail_text.present]]</a></p></div>{{/notice_url}}
</div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[mail_text.faults]]</h2></div>
<div class="kern-alert__body" id="source-error"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#looked}}<section aria-labelledby="look">
<h2 id="look" tabindex="-1" autofocus>[[mail_text.look]]</h2>
<p>[[mail_text.not_saved]]</p>
<p>{{look_data}}</p>
<p lang="{{source_lang}}"><strong>{{look_subject}}</strong></p>
<div class="lines" lang="{{source_lang}}">{{look_text:pre_escape}}</div>
</section>{{/looked}}
{{#older}}<p role="status">{{older}}</p>{{/older}}
<form method="post" action="{{action}}" enctype="multipart/form-data">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="version" value="{{version}}">
<div class="kern-form-input{{#faulty}} kern-form-input--error{{/faulty}}">
<label for="source" class="kern-label">[[mail_text.source]]</label>
<div class="kern-hint" id="source-help">[[mail_text.help]]</div>
<textarea class="kern-form-input__input{{#faulty}} kern-form-input__input--error{{/faulty}}" id="source" name="source" rows="22" maxlength="20000" lang="{{source_lang}}" aria-required="true"{{#faulty}} aria-invalid="true"{{/faulty}} aria-describedby="{{source_told_by}}">
{{source:pre_escape}}</textarea>
</div>
{{#controls}}[[>_question]]{{/controls}}
<div class="row">
<button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[mail_text.save]]</span></button>
<button class="kern-btn kern-btn--secondary" type="submit" formaction="{{preview_action}}"><span class="kern-label">[[mail_text.preview]]</span></button>
<button class="kern-btn kern-btn--secondary" type="submit" formaction="{{sheet_action}}" formtarget="_blank"><span class="kern-label">[[mail_text.sheet]]</span></button>
</div>
</form>
<section aria-labelledby="marks">
<h2 id="marks">[[mail_text.marks]]</h2>
<p>[[mail_text.marks_help]]</p>
<dl class="kern-description-list">
{{#marks}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key"><code>{{mark}}</code></dt><dd class="kern-description-list-item__value">{{mark_meaning}}{{#mark_needed}} <span class="kern-badge kern-badge--info"><span class="kern-label">[[mail_text.needed]]</span></span>{{/mark_needed}}</dd></div>
{{/marks}}</dl>
</section>
<section aria-labelledby="versions">
<h2 id="versions">[[mail_text.versions]]</h2>
<ul>
{{#versions}}<li><a href="{{version_link}}"{{#version_here}} aria-current="true"{{/version_here}}>{{version_label}}</a></li>
{{/versions}}</ul>
{{#edited}}<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="version" value="{{version}}">
<input type="hidden" name="city" value="1">
<p>[[mail_text.city_help]]</p>
<button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[mail_text.city]]</span></button>
</form>{{/edited}}
</section>
[[>_foot]]
