{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1>{{title}}</h1>
<p class="lead">[[submission.thanks]]</p>
<dl class="facts">
<dt>[[submission.receipt]]</dt><dd class="receipt">{{receipt}}</dd>
<dt>[[submission.state]]</dt><dd><strong>{{state}}</strong><br>{{state_text}}</dd>
<dt>[[submission.updated]]</dt><dd>{{updated}}</dd>
</dl>
{{#entry_url}}<p><a href="{{entry_url}}">[[submission.entry]]</a></p>{{/entry_url}}
<p class="notice">[[submission.keep]]</p>
<h2>[[submission.history]]</h2>
<ol class="history">
{{#steps}}<li>{{when}}: {{step_state}} {{by}}{{#step_text}}<p>{{step_text}}</p>{{/step_text}}</li>
{{/steps}}</ol>
[[>_foot]]
