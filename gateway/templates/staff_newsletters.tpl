{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
<p>{{readers}}</p>
<p><a href="{{new_url}}" class="kern-btn kern-btn--primary"><span class="kern-label">[[letters.new]]</span></a></p>
{{#empty}}<p>[[letters.none]]</p>{{/empty}}
<ul class="cards cards--list">
{{#drafts}}<li><h2 class="kern-heading-small"><a class="kern-link" href="{{draft_link}}">{{draft_title}}</a></h2>
<p class="small"><span class="kern-badge kern-badge--{{draft_tone}}"><span class="kern-label">{{draft_state}}</span></span> <span class="muted">{{draft_when}}</span></p></li>
{{/drafts}}</ul>
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[newsletter.older]]</a></p>{{/next_url}}
[[>_foot]]
