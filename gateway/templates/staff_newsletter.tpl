{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p><a class="kern-link" href="{{back_url}}">[[letters.back]]</a></p>
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--warning" tabindex="-1" autofocus aria-labelledby="refused">
<div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title" id="refused">{{notice}}</span></div>
{{#notice_url}}<div class="kern-alert__body"><p><a class="kern-link" href="{{notice_url}}">{{notice_link}}</a></p></div>{{/notice_url}}
</div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#lost}}<section aria-labelledby="typed">
<h2 id="typed">[[letters.typed]]</h2>
{{#typed}}<div class="lines">{{field_value:pre_escape}}</div>
{{/typed}}</section>{{/lost}}
{{#sent}}<section aria-labelledby="progress">
<h2 id="progress">[[letters.progress]]</h2>
<dl class="kern-description-list">
{{#facts}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{label}}</dt><dd class="kern-description-list-item__value">{{#link}}<a class="kern-link" href="{{link}}">{{text}}</a>{{/link}}{{plain}}</dd></div>
{{/facts}}</dl>
</section>{{/sent}}
{{#writable}}<form method="post" action="{{action}}" enctype="multipart/form-data" novalidate>
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="_version" value="{{version}}">
<p>[[letters.how]]</p>
{{#controls}}[[>_question]]{{/controls}}
<p class="row"><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[letters.save]]</span></button></p>
</form>{{/writable}}
{{#saved}}<section aria-labelledby="looks">
<h2 id="looks">[[letters.looks]]</h2>
{{#looks}}<h3 class="kern-heading-small">{{look_label}}</h3>
<p><strong lang="{{look_lang}}">{{look_subject}}</strong></p>
<p><a class="kern-link" href="{{look_link}}">[[letters.as_mail]]</a></p>
<details class="kern-accordion">
<summary class="kern-accordion__header"><span class="kern-title">[[letters.as_text]]</span></summary>
<div class="kern-accordion__body"><div class="lines" lang="{{look_lang}}">{{look_text:pre_escape}}</div></div>
</details>
{{/looks}}
</section>{{/saved}}
{{#send_url}}<section aria-labelledby="send">
<h2 id="send">[[letters.ready]]</h2>
<div class="row">
<form method="post" action="{{test_url}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[letters.test]]</span></button>
</form>
<a href="{{send_url}}" class="kern-btn kern-btn--secondary"><span class="kern-label">[[letters.send_next]]</span></a>
<a class="kern-link" href="{{delete_url}}">[[letters.delete]]</a>
</div>
</section>{{/send_url}}
[[>_foot]]
