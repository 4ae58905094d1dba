{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<p class="lead">[[newsletter.lead]]</p>
{{#subscribe_url}}<p><a href="{{subscribe_url}}" class="kern-btn kern-btn--primary"><span class="kern-label">[[newsletter.subscribe]]</span></a></p>{{/subscribe_url}}
{{#empty}}<p>[[newsletter.none]]</p>{{/empty}}
<ul class="cards cards--list">
{{#issues}}<li><h2 class="kern-heading-small"><a class="kern-link" href="{{issue_link}}" lang="{{issue_lang}}">{{issue_title}}</a></h2>
<p class="small muted">{{issue_when}}</p></li>
{{/issues}}</ul>
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[newsletter.older]]</a></p>{{/next_url}}
{{#feed_url}}<p><a class="kern-link" href="{{feed_url}}" type="application/atom+xml">[[newsletter.feed]]</a></p>{{/feed_url}}
[[>_foot]]
