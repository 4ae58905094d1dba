{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#mail_notice_title}}<div class="kern-alert kern-alert--warning after"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><h2 class="kern-title">{{mail_notice_title}}</h2></div>
<div class="kern-alert__body"><p>{{mail_notice}}{{#mail_wrong}} {{mail_wrong}}{{/mail_wrong}}</p></div></div>{{/mail_notice_title}}
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.receipt]]</dt><dd class="kern-description-list-item__value receipt">{{receipt}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.state]]</dt><dd class="kern-description-list-item__value"><strong>{{state}}.</strong> {{state_text}}{{#entry_url}} <a class="kern-link" href="{{entry_url}}">[[submission.entry]]</a>{{/entry_url}}</dd></div>
{{#next_text}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.next]]</dt><dd class="kern-description-list-item__value">{{next_text}}</dd></div>{{/next_text}}
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[submission.updated]]</dt><dd class="kern-description-list-item__value">{{updated}}</dd></div>
</dl>
<div class="kern-alert kern-alert--info after"><div class="kern-alert__header"><span class="kern-icon kern-icon--info" aria-hidden="true"></span><h2 class="kern-title">[[submission.keep_title]]</h2></div>
<div class="kern-alert__body"><p>[[submission.keep]]</p>
<p><code class="own-link">{{own_url}}</code></p>
<p><a class="kern-link" href="{{receipt_url}}">[[submission.to_receipt]]</a></p></div></div>
<h2>[[submission.history]]</h2>
<ol class="form-history">
{{#steps}}<li><strong>{{when}}</strong><br>{{happened}}{{#step_text}}<p class="lines">{{step_text}}</p>{{/step_text}}</li>
{{/steps}}</ol>
{{#has_mails}}<h2>[[own_mails.heading]]</h2>
<ul>
{{#own_mails}}<li>{{own_mail}}</li>
{{/own_mails}}</ul>{{/has_mails}}
<h2>[[submission.actions]]</h2>
<ul>
{{#correct_url}}<li><a class="kern-link" href="{{correct_url}}">[[submission.correct]]</a></li>{{/correct_url}}
<li><a class="kern-link" href="{{data_url}}">[[submission.data]]</a></li>
{{#withdraw_url}}<li><a class="kern-link" href="{{withdraw_url}}">[[submission.withdraw]]</a></li>{{/withdraw_url}}
<li><a class="kern-link" href="{{erase_url}}">[[submission.erase]]</a></li>
</ul>
[[>_foot]]
