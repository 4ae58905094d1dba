{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
<p class="lead">[[confirm_mail.address]] <strong>{{hint}}</strong></p>
{{#notice}}<p>{{notice}}</p>{{/notice}}
<section aria-labelledby="lists">
<h2 id="lists">[[preferences.lists]]</h2>
<p>[[preferences.always]]</p>
{{#no_lists}}<p>[[preferences.no_lists]]</p>{{/no_lists}}
{{#has_lists}}<form method="post" action="{{action}}">
<ul class="cards cards--list">
{{#lists}}<li class="spread"><span id="{{offer_input}}">{{offer_label}}</span>
<button class="kern-btn kern-btn--secondary" type="submit" name="_leave" value="{{offer_id}}" id="leave-{{offer_id}}" aria-labelledby="leave-{{offer_id}} {{offer_input}}"><span class="kern-label">[[preferences.leave]]</span></button></li>
{{/lists}}</ul>
{{#several_lists}}<p class="after"><button class="kern-btn kern-btn--secondary" type="submit" name="_leave" value="all"><span class="kern-label">[[preferences.leave_all]]</span></button></p>{{/several_lists}}
</form>{{/has_lists}}
<p class="after"><a href="{{subscribe_url}}">[[preferences.subscribe]]</a></p>
</section>
<section aria-labelledby="choices">
<h2 id="choices">[[preferences.choices]]</h2>
<form method="post" action="{{action}}">
{{#digest}}<p>[[preferences.digest]]</p>
[[>_mail_choices]]{{/digest}}
{{#kept}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/kept}}[[>_mail_language]]
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[preferences.save]]</span></button></p>
</form>
</section>
[[>_foot]]
