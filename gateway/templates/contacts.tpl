{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p>[[contacts.lead]]</p>
<nav aria-label="[[contacts.tabs]]"><ul class="menu">
{{#tabs}}<li><a href="{{tab_link}}"{{#tab_current}} aria-current="page"{{/tab_current}}>{{tab_label}}</a></li>
{{/tabs}}</ul></nav>
<div class="sidebar">
<form method="post" action="{{action}}" role="search" class="stack">
<input type="hidden" name="_csrf" value="{{csrf}}">
<div class="kern-form-input">
<label class="kern-label" for="address">[[contacts.address]]</label>
<div class="kern-hint" id="address-help">[[contacts.address_help]]</div>
<input class="kern-form-input__input" type="text" id="address" name="address" value="{{address}}" maxlength="254" autocomplete="off" aria-describedby="address-help">
</div>
<p class="row"><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[contacts.look]]</span></button>{{#all_url}} <a href="{{all_url}}">[[contacts.back]]</a>{{/all_url}}</p>
</form>
<section aria-labelledby="results">
<h2 id="results">[[contacts.results]]</h2>
{{#nothing}}<p role="status">{{nothing}}</p>{{/nothing}}
<ul class="cards cards--list">
{{#contacts}}<li>
<h3><a href="{{contact_link}}">{{contact_address}}</a></h3>
<p class="row small">{{#contact_state}}<span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span>{{/contact_state}}</p>
<p class="small muted">{{contact_when}}</p>
{{#contact_why}}<p class="small">{{contact_why}}</p>{{/contact_why}}
{{#contact_lists}}<p class="small">{{contact_lists}}</p>{{/contact_lists}}
</li>
{{/contacts}}</ul>
{{#next_url}}<p class="after"><a class="kern-btn kern-btn--secondary" href="{{next_url}}" rel="next"><span class="kern-label">[[inbox.next]]</span></a></p>{{/next_url}}
</section>
</div>
[[>_foot]]
