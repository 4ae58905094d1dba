{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p><a href="{{back_url}}">[[staff.back]]</a></p>
<h1>{{title}}</h1>
{{#state}}<p>[[staff.state]] <span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span></p>{{/state}}
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
[[>_staff_refused]]
{{#note}}<div class="kern-alert kern-alert--info"><div class="kern-alert__header"><span class="kern-icon kern-icon--info" aria-hidden="true"></span><span class="kern-title">{{note}}</span></div></div>{{/note}}
{{#can_move}}<section aria-labelledby="moves">
<h2 id="moves">[[staff.moves]]</h2>
<div class="row">
{{#moves}}{{#move_post}}<form method="post" action="{{move_post}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="_version" value="{{version}}">
<button type="submit" class="kern-btn{{#move_first}} kern-btn--primary{{/move_first}}{{#move_other}} kern-btn--secondary{{/move_other}}"><span class="kern-label">{{move_label}}</span></button>
</form>{{/move_post}}
{{#move_link}}<a href="{{move_link}}" class="kern-btn{{#move_first}} kern-btn--primary{{/move_first}}{{#move_other}} kern-btn--secondary{{/move_other}}"><span class="kern-label">{{move_label}}</span></a>{{/move_link}}
{{/moves}}</div>
</section>{{/can_move}}
<div class="sidebar sidebar--right">
<div>
<section aria-labelledby="answers">
<h2 id="answers">[[staff.answers]]</h2>
{{#erased}}<p>[[staff.erased]]</p>{{/erased}}
{{#parts}}{{#part_title}}<h3>{{part_title}}</h3>{{/part_title}}
{{#part_filled}}<dl class="kern-description-list">
{{#part_answers}}[[>_staff_answer]]{{/part_answers}}</dl>{{/part_filled}}
{{/parts}}
</section>
<section aria-labelledby="contact">
<h2 id="contact">[[staff.contact]]</h2>
{{#has_contact}}<p class="muted">[[staff.contact_hint]]</p>
<dl class="kern-description-list">
{{#contacts}}[[>_staff_fact]]{{/contacts}}</dl>{{/has_contact}}
{{#no_contact}}<p>[[staff.no_contact]]</p>{{/no_contact}}
<p><a href="{{mails_url}}">[[staff.mails]]</a></p>
</section>
<section aria-labelledby="consents">
<h2 id="consents">[[staff.consents]]</h2>
{{#has_consents}}<dl class="kern-description-list">
{{#consents}}[[>_staff_fact]]{{/consents}}</dl>{{/has_consents}}
{{#no_consents}}<p>[[staff.no_consents]]</p>{{/no_consents}}
</section>
</div>
<div>
<section aria-labelledby="facts">
<h2 id="facts">[[staff.facts]]</h2>
<dl class="kern-description-list kern-description-list--col">
{{#facts}}[[>_staff_fact]]{{/facts}}</dl>
</section>
<section aria-labelledby="similar">
<h2 id="similar">[[staff.similar]]</h2>
{{#has_similar}}<ul class="cards cards--list">
{{#similars}}<li><h3><a href="{{similar_link}}">{{similar_title}}</a></h3>
<p class="small muted">{{similar_facts}}</p></li>
{{/similars}}</ul>{{/has_similar}}
{{#no_similar}}<p>[[staff.no_similar]]</p>{{/no_similar}}
{{#compare_url}}<p class="after"><a class="kern-btn kern-btn--secondary" href="{{compare_url}}"><span class="kern-label">[[staff.compare]]</span></a></p>{{/compare_url}}
</section>
<section aria-labelledby="history">
<h2 id="history">[[staff.history]]</h2>
<ol>
{{#steps}}[[>_staff_step]]{{/steps}}</ol>
</section>
</div>
</div>
[[>_foot]]
