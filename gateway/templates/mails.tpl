{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#alarmed}}<div class="kern-alert kern-alert--warning"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><h2 class="kern-title">[[mails.alarm]]</h2></div>
<div class="kern-alert__body"><ul>
{{#alarms}}<li>{{alarm_text}}</li>
{{/alarms}}</ul></div></div>{{/alarmed}}
<nav aria-label="[[mails.tabs]]"><ul class="menu">
{{#tabs}}<li><a href="{{tab_link}}"{{#tab_current}} aria-current="page"{{/tab_current}}>{{tab_label}}</a></li>
{{/tabs}}</ul></nav>
<div class="sidebar">
<form method="post" action="{{action}}" role="search" class="stack">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="view" value="{{view}}">
<div class="kern-form-input">
<label class="kern-label" for="address">[[mails.address]]</label>
<div class="kern-hint" id="address-help">[[mails.address_help]]</div>
<input class="kern-form-input__input" type="text" id="address" name="address" value="{{address}}" maxlength="254" autocomplete="off" aria-describedby="address-help">
</div>
{{#filters}}<div class="kern-form-input">
<label class="kern-label" for="f-{{filter_field}}">{{filter_text}}</label>
<div class="kern-form-input__select-wrapper"><select class="kern-form-input__select" id="f-{{filter_field}}" name="{{filter_field}}">
{{#filter_choices}}<option value="{{choice_value}}"{{#choice_chosen}} selected{{/choice_chosen}}>{{choice_text}}</option>
{{/filter_choices}}</select></div>
</div>
{{/filters}}
<p class="row"><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[inbox.apply]]</span></button>{{#narrowed}} <a href="{{all_url}}">[[inbox.reset]]</a>{{/narrowed}}</p>
</form>
<section aria-labelledby="results">
<h2 id="results">[[mails.results]]</h2>
{{#about}}<p>{{about}}</p>{{/about}}
<p role="status">{{found}}{{nothing}}</p>
<ul class="cards cards--list">
{{#mails}}<li>
<h3><a href="{{mail_link}}">{{mail_title}}</a></h3>
<p class="row small">{{#mail_state}}<span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span>{{/mail_state}}{{#mail_overdue}} <span class="kern-badge kern-badge--danger"><span class="kern-label">{{mail_overdue}}</span></span>{{/mail_overdue}}</p>
<p class="small muted">{{mail_when}}{{#mail_next}}<br>{{mail_next}}{{/mail_next}}</p>
{{#mail_trouble}}<p class="small">{{mail_trouble}}</p>{{/mail_trouble}}
</li>
{{/mails}}</ul>
<div class="row">{{#first_url}}<a href="{{first_url}}">[[inbox.first]]</a> {{/first_url}}{{#next_url}}<a class="kern-btn kern-btn--secondary" href="{{next_url}}" rel="next"><span class="kern-label">[[inbox.next]]</span></a>{{/next_url}}
{{#next_token}}<form method="post" action="{{action}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="view" value="{{view}}">
<input type="hidden" name="kind" value="{{kind}}">
<input type="hidden" name="address" value="{{address}}">
<input type="hidden" name="page_token" value="{{next_token}}">
<button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[inbox.next]]</span></button>
</form>{{/next_token}}</div>
</section>
</div>
[[>_foot]]
