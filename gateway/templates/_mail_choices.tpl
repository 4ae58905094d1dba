{{%AUTOESCAPE context="HTML"}}<fieldset class="kern-fieldset kern-fieldset--horizontal">
<legend class="kern-label">[[mail_choice.frequency]]</legend>
<div class="kern-fieldset__body">
{{#frequencies}}<div class="kern-form-check"><input class="kern-form-check__radio" type="radio" id="{{option_input}}" name="frequency" value="{{option_id}}"{{#checked}} checked{{/checked}}><label class="kern-label" for="{{option_input}}">{{option_label}}</label></div>
{{/frequencies}}</div>
</fieldset>
{{#has_themes}}<fieldset class="kern-fieldset" aria-describedby="themes-hint">
<legend class="kern-label">[[mail_choice.themes]]</legend>
<div class="kern-hint" id="themes-hint">[[mail_choice.none_is_all]]</div>
<div class="kern-fieldset__body">
{{#themes}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{option_input}}" name="themes" value="{{option_id}}"{{#checked}} checked{{/checked}}><label class="kern-label" for="{{option_input}}">{{option_label}}</label></div>
{{/themes}}</div>
</fieldset>{{/has_themes}}
{{#has_districts}}<fieldset class="kern-fieldset" aria-describedby="districts-hint">
<legend class="kern-label">[[mail_choice.districts]]</legend>
<div class="kern-hint" id="districts-hint">[[mail_choice.none_is_all]]</div>
<div class="kern-fieldset__body">
{{#districts}}<div class="kern-form-check"><input class="kern-form-check__checkbox" type="checkbox" id="{{option_input}}" name="districts" value="{{option_id}}"{{#checked}} checked{{/checked}}><label class="kern-label" for="{{option_input}}">{{option_label}}</label></div>
{{/districts}}</div>
</fieldset>{{/has_districts}}
