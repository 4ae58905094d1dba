{{%AUTOESCAPE context="HTML"}}<fieldset class="kern-fieldset kern-fieldset--horizontal">
<legend class="kern-label">[[mail_choice.language]]</legend>
<div class="kern-fieldset__body">
{{#languages}}<div class="kern-form-check"><input class="kern-form-check__radio" type="radio" id="{{option_input}}" name="language" value="{{option_id}}"{{#checked}} checked{{/checked}}><label class="kern-label" for="{{option_input}}">{{option_label}}</label></div>
{{/languages}}</div>
</fieldset>
