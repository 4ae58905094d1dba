{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#done}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{done}}</span></div></div>{{/done}}
{{#notice}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{notice}}</span></div></div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#lead}}<p class="kern-body">{{lead}}</p>{{/lead}}
{{#qr_path}}<figure><svg viewBox="0 0 {{qr_size}} {{qr_size}}" width="240" height="240" role="img" aria-labelledby="qr-text"><rect width="100%" height="100%" fill="#fff"></rect><path fill="#000" d="{{qr_path}}"></path></svg>
<figcaption id="qr-text">[[account.qr]]</figcaption></figure>{{/qr_path}}
{{#secret}}<p class="kern-body">[[account.secret]] <code>{{secret}}</code></p>{{/secret}}
<form method="post" action="{{action}}" novalidate>
{{#csrf}}<input type="hidden" name="_csrf" value="{{csrf}}">{{/csrf}}
{{#hidden}}<input type="hidden" name="{{field_name}}" value="{{field_value}}">
{{/hidden}}{{#controls}}[[>_question]]{{/controls}}
<p class="row"><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">{{send}}</span></button>
{{#away_url}}<a class="kern-link" href="{{away_url}}">{{away}}</a>{{/away_url}}</p>
</form>
[[>_foot]]
