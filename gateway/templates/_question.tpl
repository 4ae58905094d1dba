{{%AUTOESCAPE context="HTML"}}{{#as_section}}<h2>{{label}}</h2>
{{#help}}<p>{{help}}</p>{{/help}}{{/as_section}}
{{#as_line}}<div class="question">
<label for="{{input}}">{{label}}{{#needed}} <span class="needed" aria-hidden="true">*</span>{{/needed}}</label>
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
<input type="{{input_type}}" id="{{input}}" name="{{name}}" value="{{value}}"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}{{#complete}} autocomplete="{{complete}}"{{/complete}}{{#earliest}} min="{{earliest}}"{{/earliest}}>
</div>{{/as_line}}
{{#as_text}}<div class="question">
<label for="{{input}}">{{label}}{{#needed}} <span class="needed" aria-hidden="true">*</span>{{/needed}}</label>
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
<textarea id="{{input}}" name="{{name}}" rows="6"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
{{value}}</textarea>
</div>{{/as_text}}
{{#as_select}}<div class="question">
<label for="{{input}}">{{label}}{{#needed}} <span class="needed" aria-hidden="true">*</span>{{/needed}}</label>
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
<select id="{{input}}" name="{{name}}"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<option value="">[[form.choose]]</option>
{{#options}}<option value="{{option_id}}"{{#checked}} selected{{/checked}}>{{option_label}}</option>
{{/options}}</select>
</div>{{/as_select}}
{{#as_radio}}<fieldset class="question" id="{{input}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<legend>{{label}}{{#needed}} <span class="needed" aria-hidden="true">*</span><span class="hidden"> ([[form.required]])</span>{{/needed}}</legend>
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
{{#options}}<p class="choice"><input type="radio" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}> <label for="{{option_input}}">{{option_label}}</label></p>
{{/options}}</fieldset>{{/as_radio}}
{{#as_boxes}}<fieldset class="question" id="{{input}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<legend>{{label}}{{#needed}} <span class="needed" aria-hidden="true">*</span><span class="hidden"> ([[form.required]])</span>{{/needed}}</legend>
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
{{#options}}<p class="choice"><input type="checkbox" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}> <label for="{{option_input}}">{{option_label}}</label></p>
{{/options}}</fieldset>{{/as_boxes}}
{{#as_consent}}<div class="question">
{{#error}}<p class="error" id="{{input}}-error">{{error}}</p>{{/error}}
{{#options}}<p class="choice"><input type="checkbox" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}{{#needed}} aria-required="true"{{/needed}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}> <label for="{{option_input}}">{{option_label}}{{#needed}} <span class="needed" aria-hidden="true">*</span>{{/needed}}</label></p>{{/options}}
{{#wording}}<p class="wording">{{wording}}</p>{{/wording}}
{{#help}}<p class="help" id="{{input}}-help">{{help}}</p>{{/help}}
</div>{{/as_consent}}
