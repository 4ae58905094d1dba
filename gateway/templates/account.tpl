{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
<dl class="kern-description-list">
{{#facts}}<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{{fact_name}}</dt><dd class="kern-description-list-item__value">{{fact_value}}</dd></div>
{{/facts}}</dl>
<h2>[[account.signing_in]]</h2>
<ul>
<li><a class="kern-link" href="{{password_url}}">[[account.change_password]]</a></li>
{{#factor_off}}<li><a class="kern-link" href="{{factor_url}}">[[account.factor_on]]</a></li>{{/factor_off}}
{{#codes_url}}<li><a class="kern-link" href="{{factor_url}}">[[account.factor_again]]</a></li>
<li><a class="kern-link" href="{{codes_url}}">[[account.codes_again]]</a></li>
<li><a class="kern-link" href="{{factor_off_url}}">[[account.factor_off]]</a></li>{{/codes_url}}
<li><a class="kern-link" href="{{mails_url}}">[[account.mails]]</a></li>
</ul>
<h2>[[account.sessions]]</h2>
<p class="kern-body">[[account.sessions_lead]]</p>
<ul class="cards cards--list">
{{#sessions}}<li>
<p><strong>{{session_device}}</strong>{{#session_current}} <span class="kern-badge kern-badge--info"><span class="kern-label">[[account.session_this]]</span></span>{{/session_current}}<br>[[account.session_since]] {{session_since}}, [[account.session_until]] {{session_until}}</p>
{{#session_other}}<form method="post" action="{{sessions_action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="session" value="{{session_id}}">
<button class="kern-btn kern-btn--secondary" type="submit" aria-label="[[account.session_end]]: {{session_device}}, {{session_since}}"><span class="kern-label">[[account.session_end]]</span></button>
</form>{{/session_other}}
</li>
{{/sessions}}</ul>
[[>_foot]]
