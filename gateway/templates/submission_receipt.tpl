{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p class="no-print"><a class="kern-link" href="{{status_url}}">[[form.back_to_submission]]</a></p>
<h1>{{title}}</h1>
<p class="no-print">[[receipt.print]]</p>
{{#mail_notice_title}}<div class="kern-alert kern-alert--warning after no-print"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><h2 class="kern-title">{{mail_notice_title}}</h2></div>
<div class="kern-alert__body"><p>{{mail_notice}}</p></div></div>{{/mail_notice_title}}
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.receipt]]</dt><dd class="kern-description-list-item__value receipt">{{receipt}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.form]]</dt><dd class="kern-description-list-item__value">{{form_title}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.received]]</dt><dd class="kern-description-list-item__value">{{received}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.link]]</dt><dd class="kern-description-list-item__value"><code class="own-link">{{own_url}}</code><br>[[receipt.link_text]]</dd></div>
</dl>
{{#qr_path}}<figure><svg viewBox="0 0 {{qr_size}} {{qr_size}}" width="160" height="160" role="img" aria-labelledby="qr-text"><rect width="100%" height="100%" fill="#fff"></rect><path fill="#000" d="{{qr_path}}"></path></svg>
<figcaption id="qr-text">[[receipt.qr]]</figcaption></figure>{{/qr_path}}
<div class="stack after">
[[>_parts]]
</div>
[[>_foot]]
