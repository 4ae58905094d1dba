{{%AUTOESCAPE context="HTML"}}{{#notice}}<div class="kern-alert kern-alert--warning" tabindex="-1" autofocus aria-labelledby="refused">
<div class="kern-alert__header"><span class="kern-icon kern-icon--warning" aria-hidden="true"></span><span class="kern-title" id="refused">{{notice}}</span></div>
{{#changed}}<div class="kern-alert__body">
<p>[[staff.meanwhile]]</p>
<ul>
{{#meanwhile}}[[>_staff_step]]{{/meanwhile}}
</ul>
</div>{{/changed}}
</div>{{/notice}}
