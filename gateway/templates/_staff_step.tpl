{{%AUTOESCAPE context="HTML"}}<li><span class="muted">{{step_when}}:</span> {{step_what}}{{#step_note}}<p class="lines">{{step_note:pre_escape}}</p>{{/step_note}}</li>
