{{%AUTOESCAPE context="HTML"}}<li><span class="muted">{{step_when}}:</span> {{step_what}}{{#step_note}}<p class="lines">{{step_note}}</p>{{/step_note}}</li>
