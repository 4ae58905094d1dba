{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<p><a class="kern-btn kern-btn--primary" href="{{new_url}}"><span class="kern-label">[[people.new]]</span></a></p>
<form method="get" action="{{action}}" role="search" aria-label="[[people.filter]]">
{{#controls}}[[>_question]]{{/controls}}
<p class="row"><button class="kern-btn kern-btn--secondary" type="submit"><span class="kern-label">[[people.show]]</span></button>
{{#all_url}}<a class="kern-link" href="{{all_url}}">[[people.all]]</a>{{/all_url}}</p>
</form>
{{#empty}}<p class="kern-body">[[people.none]]</p>{{/empty}}
{{#listing}}<ul class="cards cards--list">
{{#people}}<li>
<h2 class="kern-heading-small"><a class="kern-link" href="{{person_url}}">{{person_login}}</a></h2>
<p>{{person_roles}}<br>[[people.seen]]: {{person_seen}}</p>
{{#person_marks}}<p class="row">{{#person_disabled}}<span class="kern-badge kern-badge--danger"><span class="kern-label">[[people.disabled]]</span></span>{{/person_disabled}}
{{#person_one_time}}<span class="kern-badge kern-badge--warning"><span class="kern-label">[[people.one_time]]</span></span>{{/person_one_time}}
{{#person_factor}}<span class="kern-badge kern-badge--success"><span class="kern-label">[[people.factor]]</span></span>{{/person_factor}}</p>{{/person_marks}}
</li>
{{/people}}</ul>{{/listing}}
{{#next_url}}<p><a class="kern-link" href="{{next_url}}" rel="next">[[people.next]]</a></p>{{/next_url}}
[[>_foot]]
