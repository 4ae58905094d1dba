{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<p class="kern-body">[[audit.lead]]</p>
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
<details class="kern-accordion"{{#all_url}} open{{/all_url}}{{#faulty}} open{{/faulty}}>
<summary class="kern-accordion__header"><span class="kern-title">[[audit.filter]]</span></summary>
<div class="kern-accordion__body">
<form method="get" action="{{action}}" role="search" aria-label="[[audit.filter]]">
{{#controls}}[[>_question]]{{/controls}}
<p class="row"><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[people.show]]</span></button>
{{#all_url}}<a class="kern-link" href="{{all_url}}">[[people.all]]</a>{{/all_url}}</p>
</form>
</div>
</details>
{{#empty}}<p class="kern-body">[[audit.none]]</p>{{/empty}}
{{#listing}}<ol class="cards cards--list">
{{#items}}<li>
<h2 class="kern-heading-small">{{audit_what}}</h2>
<dl class="kern-description-list">
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[audit.when]]</dt><dd class="kern-description-list-item__value">{{audit_when}}</dd></div>
<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[audit.actor]]</dt><dd class="kern-description-list-item__value"><a class="kern-link" href="{{audit_who_url}}">{{audit_who}}</a></dd></div>
{{#audit_detail}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[audit.detail]]</dt><dd class="kern-description-list-item__value">{{audit_detail}}</dd></div>{{/audit_detail}}
{{#audit_subject}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">[[audit.subject]]</dt><dd class="kern-description-list-item__value"><a class="kern-link" href="{{audit_subject_url}}">{{audit_subject}}</a></dd></div>{{/audit_subject}}
</dl>
</li>
{{/items}}</ol>{{/listing}}
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[audit.older]]</a></p>{{/next_url}}
[[>_foot]]
