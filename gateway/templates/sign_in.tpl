{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-large">{{title}}</h1>
{{#signed_out}}<div class="kern-alert kern-alert--success" role="status"><div class="kern-alert__header"><span class="kern-icon kern-icon--success" aria-hidden="true"></span><span class="kern-title">{{signed_out}}</span></div></div>{{/signed_out}}
{{#notice}}<div class="kern-alert kern-alert--danger" role="alert"><div class="kern-alert__header"><span class="kern-icon kern-icon--danger" aria-hidden="true"></span><span class="kern-title">{{notice}}</span></div></div>{{/notice}}
<form method="post" action="{{action}}" novalidate>
<input type="hidden" name="{{back_name}}" value="{{back}}">
<div class="kern-form-input{{#login_error}} kern-form-input--error{{/login_error}}">
<label class="kern-label" for="login">[[sign_in.login]]</label>
<input class="kern-form-input__input" type="text" id="login" name="login" value="{{typed_login}}" maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false" required{{#login_error}} aria-invalid="true" aria-describedby="login-error"{{/login_error}}>
{{#login_error}}<p class="kern-error" id="login-error">{{login_error}}</p>{{/login_error}}
</div>
<div class="kern-form-input{{#password_error}} kern-form-input--error{{/password_error}}">
<label class="kern-label" for="password">[[sign_in.password]]</label>
<input class="kern-form-input__input" type="password" id="password" name="password" maxlength="200" autocomplete="current-password" required{{#password_error}} aria-invalid="true" aria-describedby="password-error"{{/password_error}}>
{{#password_error}}<p class="kern-error" id="password-error">{{password_error}}</p>{{/password_error}}
</div>
<p><button class="kern-btn kern-btn--primary" type="submit"><span class="kern-label">[[sign_in.send]]</span></button></p>
</form>
[[>_foot]]
