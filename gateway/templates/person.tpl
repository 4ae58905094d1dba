{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">[[person.title]] {{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{notice}}</span></div></div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
<dl class="kern-description-list">
{{#facts}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{fact_name}}</dt><dd class="kern-description-list-item__value">{{fact_value}}</dd></div>
{{/facts}}</dl>
<h2>[[person.change_roles]]</h2>
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="version" value="{{version}}">
{{#controls}}[[>_question]]{{/controls}}
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[person.save_roles]]</span></button></p>
</form>
<h2>[[person.access]]</h2>
{{#active}}<form method="post" action="{{access_action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="version" value="{{version}}">
<input type="hidden" name="disabled" value="true">
{{#role_fields}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/role_fields}}<p class="kern-body">[[person.disable_lead]]</p>
<p><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[person.disable]]</span></button></p>
</form>{{/active}}
{{#inactive}}<form method="post" action="{{access_action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="version" value="{{version}}">
<input type="hidden" name="disabled" value="false">
{{#role_fields}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/role_fields}}<p><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[person.enable]]</span></button></p>
</form>{{/inactive}}
{{#password_url}}<p><a class="kern-link" href="{{password_url}}">[[person.new_password]]</a></p>{{/password_url}}
{{#factor_off_url}}<p><a class="kern-link" href="{{factor_off_url}}">[[person.remove_factor]]</a></p>{{/factor_off_url}}
<p><a class="kern-link" href="{{audit_url}}">[[person.audit]]</a></p>
<h2>[[account.sessions]]</h2>
{{#no_sessions}}<p class="kern-body">[[person.no_sessions]]</p>{{/no_sessions}}
{{#has_sessions}}<ul class="cards cards--list">
{{#sessions}}<li>
<p><strong>{{session_device}}</strong><br>[[account.session_since]] {{session_since}}, [[account.session_until]] {{session_until}}</p>
<form method="post" action="{{sessions_action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="session" value="{{session_id}}">
<button class="kern-btn kern-btn--secondary" type="submit" aria-label="[[account.session_end]]: {{session_device}}, {{session_since}}"><span class="kern-label">[[account.session_end]]</span></button>
</form>
</li>
{{/sessions}}</ul>
<form method="post" action="{{sessions_action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<p><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[person.end_all]]</span></button></p>
</form>{{/has_sessions}}
[[>_foot]]
