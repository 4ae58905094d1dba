{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p class="no-print"><a href="{{back_url}}">[[contact.back]]</a></p>
<h1>{{title}}</h1>
{{#state}}<p><span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span></p>{{/state}}
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--warning" tabindex="-1" autofocus aria-labelledby="refused">
<div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title" id="refused">{{notice}}</span></div>
</div>{{/notice}}
{{#release_url}}<section class="no-print" aria-labelledby="release">
<h2 id="release">[[contact.release_title]]</h2>
<p>[[contact.release_lead]]</p>
<form method="post" action="{{release_url}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<button type="submit" class="kern-btn kern-btn--primary"><span class="kern-label">[[contact.release]]</span></button>
</form>
</section>{{/release_url}}
<section aria-labelledby="facts">
<h2 id="facts">[[contact.facts]]</h2>
<dl class="kern-description-list">
{{#facts}}[[>_staff_fact]]{{/facts}}</dl>
</section>
<section aria-labelledby="proof">
<h2 id="proof">[[contact.proof]]</h2>
<p>[[contact.proof_lead]] {{printed}}</p>
{{#no_events}}<p>[[contact.no_events]]</p>{{/no_events}}
{{#has_events}}<ol class="cards cards--list">
{{#events}}<li>
<h3>{{consent_what}}</h3>
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.event_when]]</dt><dd class="kern-description-list-item__value">{{consent_when}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.event_by]]</dt><dd class="kern-description-list-item__value">{{consent_by}}</dd></div>
{{#consent_wording}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.event_wording]]</dt><dd class="kern-description-list-item__value lines" lang="{{consent_language}}">{{consent_wording:pre_escape}}</dd></div>{{/consent_wording}}
{{#consent_in}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.fact_language]]</dt><dd class="kern-description-list-item__value">{{consent_in}}</dd></div>{{/consent_in}}
{{#consent_hash}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.event_hash]]</dt><dd class="kern-description-list-item__value"><code>{{consent_hash}}</code></dd></div>{{/consent_hash}}
{{#consent_mail}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[contact.event_mail]]</dt><dd class="kern-description-list-item__value"><a href="{{consent_mail_url}}">{{consent_mail}}</a></dd></div>{{/consent_mail}}
</dl>
</li>
{{/events}}</ol>{{/has_events}}
</section>
[[>_foot]]
