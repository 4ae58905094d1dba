{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p class="no-print"><a class="kern-link" href="{{status_url}}">[[form.back_to_submission]]</a></p>
<h1>{{title}}</h1>
<p class="no-print">[[receipt.print]]</p>
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.receipt]]</dt><dd class="kern-description-list-item__value receipt">{{receipt}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.form]]</dt><dd class="kern-description-list-item__value">{{form_title}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.received]]</dt><dd class="kern-description-list-item__value">{{received}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[receipt.link]]</dt><dd class="kern-description-list-item__value"><code>{{own_url}}</code><br>[[receipt.link_text]]</dd></div>
</dl>
<div class="stack after">
[[>_parts]]
</div>
[[>_foot]]
