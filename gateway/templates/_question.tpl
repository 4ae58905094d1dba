{{%AUTOESCAPE context="HTML"}}{{#as_line}}<div class="kern-form-input{{#error}} kern-form-input--error{{/error}}">
<label for="{{input}}" class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</label>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
{{#example}}<div class="kern-hint" id="{{input}}-example">[[form.example]] {{example}}</div>{{/example}}
<input class="kern-form-input__input{{#error}} kern-form-input__input--error{{/error}}" type="{{input_type}}" id="{{input}}" name="{{name}}" value="{{value}}"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}{{#complete}} autocomplete="{{complete}}"{{/complete}}{{#earliest}} min="{{earliest}}"{{/earliest}}{{#latest}} max="{{latest}}"{{/latest}}>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</div>{{/as_line}}
{{#as_text}}<div class="kern-form-input{{#error}} kern-form-input--error{{/error}}">
<label for="{{input}}" class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</label>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
{{#example}}<div class="kern-hint" id="{{input}}-example">[[form.example]] {{example}}</div>{{/example}}
<textarea class="kern-form-input__input{{#error}} kern-form-input__input--error{{/error}}" id="{{input}}" name="{{name}}" rows="6"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
{{value:pre_escape}}</textarea>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</div>{{/as_text}}
{{#as_select}}<div class="kern-form-input{{#error}} kern-form-input--error{{/error}}">
<label for="{{input}}" class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</label>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
{{#example}}<div class="kern-hint" id="{{input}}-example">[[form.example]] {{example}}</div>{{/example}}
<div class="kern-form-input__select-wrapper">
<select class="kern-form-input__select{{#error}} kern-form-input__select--error{{/error}}" id="{{input}}" name="{{name}}"{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<option value="">[[form.choose]]</option>
{{#options}}<option value="{{option_id}}"{{#checked}} selected{{/checked}}>{{option_label}}</option>
{{/options}}</select>
</div>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</div>{{/as_select}}
{{#as_radio}}<fieldset class="kern-fieldset{{#error}} kern-fieldset--error{{/error}}" id="{{input}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<legend class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</legend>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
{{#example}}<div class="kern-hint" id="{{input}}-example">[[form.example]] {{example}}</div>{{/example}}
<div class="kern-fieldset__body">
{{#options}}<div class="kern-form-check"><input class="kern-form-check__radio" type="radio" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}> <label for="{{option_input}}" class="kern-label">{{option_label}}</label></div>
{{/options}}</div>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</fieldset>{{/as_radio}}
{{#as_boxes}}<fieldset class="kern-fieldset{{#error}} kern-fieldset--error{{/error}}" id="{{input}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<legend class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</legend>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
{{#example}}<div class="kern-hint" id="{{input}}-example">[[form.example]] {{example}}</div>{{/example}}
<div class="kern-fieldset__body">
{{#options}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}> <label for="{{option_input}}" class="kern-label">{{option_label}}</label></div>
{{/options}}</div>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</fieldset>{{/as_boxes}}
{{#as_consent}}<fieldset class="kern-fieldset{{#error}} kern-fieldset--error{{/error}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
<legend class="kern-label">{{label}}{{#voluntary}} <span class="kern-label__optional">[[form.optional]]</span>{{/voluntary}}</legend>
{{#help}}<div class="kern-hint" id="{{input}}-help">{{help}}</div>{{/help}}
<div class="kern-fieldset__body">
{{#wording}}<p class="kern-body" id="{{input}}-wording">{{wording}}</p>{{/wording}}
{{#options}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{option_input}}" name="{{name}}" value="{{option_id}}"{{#checked}} checked{{/checked}}{{#needed}} aria-required="true"{{/needed}}{{#error}} aria-invalid="true"{{/error}}> <label for="{{option_input}}" class="kern-label">[[form.agree]]<span class="kern-sr-only"> ({{option_label}})</span></label></div>
{{/options}}</div>
{{#error}}<p class="kern-error" id="{{input}}-error"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-body">{{error}}</span></p>{{/error}}
</fieldset>{{/as_consent}}
