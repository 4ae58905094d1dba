{{%AUTOESCAPE context="HTML"}}[[>_head]]
{{#back_url}}<p><a class="kern-link" href="{{back_url}}">[[form.back_to_submission]]</a></p>{{/back_url}}
<h1>{{heading}}</h1>
<div class="kern-progress form-stage"><label class="kern-label" for="stage">{{stage}}</label><progress id="stage" value="1" max="3"></progress></div>
{{#notice}}<div class="kern-alert kern-alert--danger" tabindex="-1" autofocus><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">{{notice}}</h2></div></div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" tabindex="-1" autofocus aria-labelledby="faults">
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title" id="faults">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#intro}}<p class="lead lines">{{intro}}</p>{{/intro}}
<p>{{#minutes}}{{minutes}} {{/minutes}}[[form.required_hint]]</p>
{{#several}}<nav class="form-sections" aria-labelledby="sections">
<h2 class="kern-heading-small" id="sections">[[form.sections]]</h2>
<ol>
{{#sections}}<li><a class="kern-link" href="#{{section_id}}">{{section_title}}</a>{{#section_faults}} <span class="kern-badge kern-badge--danger"><span class="kern-label">{{section_faults}}</span></span>{{/section_faults}}</li>
{{/sections}}</ol>
</nav>{{/several}}
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="form_version" value="{{version}}">
{{#answered}}<input type="hidden" name="_answered_at" value="{{answered}}">{{/answered}}
{{#asks_contact}}<input type="hidden" name="contact.language" value="[[@lang]]">{{/asks_contact}}
<p class="trap" aria-hidden="true"><label for="trap">[[form.trap]]</label> <input type="text" id="trap" name="_website" tabindex="-1" autocomplete="off"></p>
{{#sections}}<section class="form-section" aria-labelledby="{{section_id}}">
{{#section_place}}<p class="form-section__place">{{section_place}}</p>{{/section_place}}
<h2 id="{{section_id}}" tabindex="-1">{{section_title}}</h2>
{{#section_help}}<p>{{section_help}}</p>{{/section_help}}
{{#questions}}[[>_question]]{{/questions}}
</section>
{{/sections}}
<p>[[form.nothing_sent_yet]]</p>
<p><button class="kern-btn kern-btn--primary" type="submit" name="_do" value="review"><span class="kern-label">[[form.review]]</span></button></p>
</form>
[[>_foot]]
