{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p class="no-print"><a class="kern-link" href="{{status_url}}">[[form.back_to_submission]]</a></p>
<h1>{{title}}</h1>
<p class="lead">[[data.lead]]</p>
<p>[[submission.receipt]]: <strong>{{receipt}}</strong></p>
<p class="no-print"><a class="kern-btn kern-btn--secondary" href="{{download_url}}" download><span class="kern-label">[[data.download]]</span></a></p>
<p>[[data.download_text]]</p>
<div class="stack">
[[>_parts]]
</div>
<h2>[[data.consents]]</h2>
<dl>
{{#consents}}<dt>{{consent_label}}, {{consent_given}}</dt><dd>{{consent_wording}}</dd>
{{/consents}}</dl>
[[>_foot]]
