{{%AUTOESCAPE context="HTML"}}<li>
<h3><a href="{{row_link}}">{{row_title}}</a></h3>
<p class="row small">{{#row_state}}<span class="kern-badge kern-badge--{{badge_tone}}"><span class="kern-label">{{badge_label}}</span></span>{{/row_state}} <span>{{row_form}}</span> <span class="muted">{{row_receipt}}</span></p>
<p class="small muted">[[inbox.received]] {{row_received}}{{#row_holder}} · [[inbox.holder_is]] {{row_holder}}{{/row_holder}}</p>
</li>
