{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
{{#intro}}<p class="lead">{{intro}}</p>{{/intro}}
{{#minutes}}<p>{{minutes}}</p>{{/minutes}}
{{#notice}}<div class="faults" role="alert"><p>{{notice}}</p></div>{{/notice}}
{{#faulty}}<div class="faults" role="alert">
<h2>[[form.faults]]</h2>
<ul>
{{#faults}}<li><a href="{{target}}">{{fault}}</a></li>
{{/faults}}</ul>
</div>{{/faulty}}
<p>[[form.required_hint]]</p>
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="_key" value="{{key}}">
<input type="hidden" name="form_version" value="{{version}}">
<p class="trap" aria-hidden="true"><label for="q_website">[[form.trap]]</label> <input type="text" id="q_website" name="_website" tabindex="-1" autocomplete="off"></p>
{{#questions}}[[>_question]]{{/questions}}
{{#asks_contact}}<fieldset class="group">
<legend>[[form.contact]]</legend>
<p class="help">[[form.contact_text]]</p>
<input type="hidden" name="contact.language" value="[[@lang]]">
{{#contacts}}[[>_question]]{{/contacts}}
</fieldset>{{/asks_contact}}
{{#asks_consent}}<fieldset class="group">
<legend>[[form.consents]]</legend>
{{#consents}}[[>_question]]{{/consents}}
</fieldset>{{/asks_consent}}
<p><button type="submit">[[form.send]]</button></p>
</form>
[[>_foot]]
