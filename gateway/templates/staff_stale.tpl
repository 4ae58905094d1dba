{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#refused}}<div class="kern-alert kern-alert--danger" role="alert"><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{refused}}</span></div></div>{{/refused}}
<p class="lead">[[stale.lead]]</p>
{{#unasked}}<div class="kern-alert kern-alert--warning"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title">{{unasked}}</span></div></div>{{/unasked}}
{{#shown}}<p>{{shown}}</p>{{/shown}}
{{#gone}}<p>{{gone}}</p>{{/gone}}
{{#empty}}<p>[[stale.none]]</p>{{/empty}}
<ul class="cards cards--list">
{{#entries}}<li>
<h2 class="kern-heading-small" id="e-{{stale_id}}">{{#stale_link}}<a class="kern-link" href="{{stale_link}}">{{stale_title}}</a>{{/stale_link}}{{stale_plain}}</h2>
<p class="row small"><span class="kern-badge kern-badge--{{stale_tone}}"><span class="kern-label">{{stale_step}}</span></span> <span>{{stale_when}}</span></p>
<p>{{stale_people}}</p>
<p class="row">{{#stale_submission}}<a class="kern-link" href="{{stale_submission}}" aria-describedby="e-{{stale_id}}">[[stale.to_submission]]</a>{{/stale_submission}}
<a class="kern-link" href="{{stale_mails}}" aria-describedby="e-{{stale_id}}">[[stale.to_mails]]</a></p>
<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="id" value="{{stale_id}}">
<button class="kern-btn kern-btn--secondary" type="submit" aria-describedby="e-{{stale_id}}"><span class="kern-label">{{stale_button}}</span></button>
</form>
</li>
{{/entries}}</ul>
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[landscape.next]]</a></p>{{/next_url}}
[[>_foot]]
