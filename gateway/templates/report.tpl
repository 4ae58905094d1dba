{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
{{#notice}}<div class="kern-alert kern-alert--danger" role="alert"><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{notice}}</span></div></div>{{/notice}}
{{#faulty}}<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus>
<div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><h2 class="kern-title">[[form.faults]]</h2></div>
<div class="kern-alert__body"><ul>
{{#faults}}<li><a class="kern-link" href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul></div>
</div>{{/faulty}}
{{#about_site}}<p class="kern-body">[[feedback.lead]]</p>{{/about_site}}
{{#about_link}}<p class="kern-body">[[report.about]] <a class="kern-link" href="{{about_link}}">{{about_title}}</a>. [[report.lead]]</p>{{/about_link}}
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_key" value="{{key}}">
{{#about_link}}<input type="hidden" name="_about" value="{{about_title}}">{{/about_link}}
<p class="trap" aria-hidden="true"><label for="trap">[[form.trap]]</label> <input type="text" id="trap" name="_website" tabindex="-1" autocomplete="off"></p>
{{#about_link}}<fieldset class="kern-fieldset{{#reason_error}} kern-fieldset--error{{/reason_error}}"{{#reason_error}} aria-describedby="reason-error"{{/reason_error}}>
<legend class="kern-label">[[report.reason]]</legend>
{{#reason_error}}<p class="kern-error" id="reason-error">{{reason_error}}</p>{{/reason_error}}
<div class="kern-fieldset__body">
{{#reasons}}<div class="kern-form-check"><input class="kern-form-check__radio" type="radio" id="{{reason_input}}" name="reason" value="{{reason_id}}"{{#reason_chosen}} checked{{/reason_chosen}}><label class="kern-label" for="{{reason_input}}">{{reason_label}}</label></div>
{{/reasons}}</div>
</fieldset>{{/about_link}}
{{#about_site}}<div class="kern-form-input{{#page_error}} kern-form-input--error{{/page_error}}">
<label class="kern-label" for="page">[[report.page]]</label>
<div class="kern-hint" id="page-hint">[[report.page_hint]]</div>
<input class="kern-form-input__input" type="text" id="page" name="page" value="{{page}}" maxlength="500" aria-describedby="page-hint{{#page_error}} page-error{{/page_error}}"{{#page_error}} aria-invalid="true"{{/page_error}}>
{{#page_error}}<p class="kern-error" id="page-error">{{page_error}}</p>{{/page_error}}
</div>{{/about_site}}
<div class="kern-form-input{{#text_error}} kern-form-input--error{{/text_error}}">
<label class="kern-label" for="text">{{text_label}}</label>
<div class="kern-hint" id="text-hint">{{#about_site}}[[report.barrier_hint]]{{/about_site}}{{#about_link}}[[report.text_hint]]{{/about_link}}</div>
<textarea class="kern-form-input__input" id="text" name="text" rows="6" aria-describedby="text-hint{{#text_error}} text-error{{/text_error}}"{{#text_error}} aria-invalid="true"{{/text_error}}>
{{text:pre_escape}}</textarea>
{{#text_error}}<p class="kern-error" id="text-error">{{text_error}}</p>{{/text_error}}
</div>
<div class="kern-form-input{{#email_error}} kern-form-input--error{{/email_error}}">
<label class="kern-label" for="email">[[report.email]]</label>
<div class="kern-hint" id="email-hint">[[report.email_hint]]</div>
<input class="kern-form-input__input" type="email" id="email" name="email" value="{{email}}" maxlength="254" autocomplete="email" aria-describedby="email-hint{{#email_error}} email-error{{/email_error}}"{{#email_error}} aria-invalid="true"{{/email_error}}>
{{#email_error}}<p class="kern-error" id="email-error">{{email_error}}</p>{{/email_error}}
</div>
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[report.send]]</span></button></p>
</form>
[[>_foot]]
