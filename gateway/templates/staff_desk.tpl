{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#moderates}}<p class="lead">[[desk.lead]]</p>
{{#alarmed}}<div class="kern-alert kern-alert--warning"><div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><h2 class="kern-title">[[desk.mail_alarm]]</h2></div>
<div class="kern-alert__body"><ul>
{{#alarms}}<li>{{alarm_text}}</li>
{{/alarms}}</ul>
<p><a class="kern-link" href="{{mails_url}}">[[desk.to_mails]]</a></p></div></div>{{/alarmed}}
<h2>[[desk.figures]]</h2>
<dl class="figures">
{{#figures}}<div><dt><a href="{{figure_link}}">{{figure_label}}</a></dt><dd>{{figure_count}}</dd></div>
{{/figures}}</dl>
{{#oldest}}<p>{{oldest}}</p>{{/oldest}}
<p><a class="kern-btn kern-btn--primary" href="{{inbox_url}}"><span class="kern-label">[[desk.to_inbox]]</span></a></p>
<div class="columns">
<section aria-labelledby="mine">
<h2 id="mine">[[desk.mine_heading]]</h2>
{{#has_mine}}<ul class="cards cards--list">
{{#mine_rows}}[[>_inbox_row]]{{/mine_rows}}</ul>{{/has_mine}}
{{#no_mine}}<p>[[desk.no_mine]]</p>{{/no_mine}}
</section>
<section aria-labelledby="free">
<h2 id="free">[[desk.free_heading]]</h2>
{{#has_free}}<ul class="cards cards--list">
{{#free_rows}}[[>_inbox_row]]{{/free_rows}}</ul>{{/has_free}}
{{#no_free}}<p>[[desk.no_free]]</p>{{/no_free}}
</section>
</div>{{/moderates}}
{{#no_role}}<p class="lead">[[desk.no_role]]</p>{{/no_role}}
[[>_foot]]
