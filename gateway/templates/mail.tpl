{{%AUTOESCAPE context="HTML"}}[[>_head]]
<p><a href="{{back_url}}">[[mail.back]]</a></p>
<h1>{{title}}</h1>
{{#state}}<p>[[staff.state]] <span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span></p>{{/state}}
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--warning" tabindex="-1" autofocus aria-labelledby="refused">
<div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title" id="refused">{{notice}}</span></div>
</div>{{/notice}}
<p>{{meaning}}</p>
{{#can_move}}<section aria-labelledby="moves">
<h2 id="moves">[[staff.moves]]</h2>
<div class="row">
{{#moves}}{{#move_post}}<form method="post" action="{{move_post}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
<input type="hidden" name="_key" value="{{key}}">
<button type="submit" class="kern-btn{{#move_first}} kern-btn--primary{{/move_first}}{{#move_other}} kern-btn--secondary{{/move_other}}"><span class="kern-label">{{move_label}}</span></button>
</form>{{/move_post}}
{{#move_link}}<a href="{{move_link}}" class="kern-btn kern-btn--secondary"><span class="kern-label">{{move_label}}</span></a>{{/move_link}}
{{/moves}}</div>
</section>{{/can_move}}
<section aria-labelledby="facts">
<h2 id="facts">[[mail.facts]]</h2>
<dl class="kern-description-list">
{{#facts}}[[>_staff_fact]]{{/facts}}</dl>
</section>
<section aria-labelledby="tries">
<h2 id="tries">[[mail.tries]]</h2>
{{#has_tries}}<ol>
{{#tries}}<li><span class="muted">{{try_when}}:</span> {{try_what}}</li>
{{/tries}}</ol>{{/has_tries}}
{{#no_tries}}<p>[[mail.no_tries]]</p>{{/no_tries}}
</section>
[[>_foot]]
