{{%AUTOESCAPE context="HTML"}}[[>_head]]
<h1 class="kern-heading-x-large">{{title}}</h1>
<p class="kern-body">[[overview.count]]: {{total}}. <a class="kern-link" href="{{list_url}}">[[overview.list]]</a></p>
{{#any}}<p class="kern-body">[[overview.explained]]</p>
<div class="scroll" role="region" aria-labelledby="figures" tabindex="0">
<table class="heads-wrap kern-table kern-table--small kern-table--striped">
<caption id="figures">[[overview.caption]]</caption>
<thead class="kern-table__head"><tr class="kern-table__row">
<th class="kern-table__header" scope="col">[[facet.district]]</th>
{{#columns}}<th class="kern-table__header kern-table__header--numeric" scope="col">{{column_label}}</th>
{{/columns}}<th class="kern-table__header kern-table__header--numeric" scope="col">[[overview.total]]</th>
</tr></thead>
<tbody class="kern-table__body">
{{#rows}}<tr class="kern-table__row">
<th class="kern-table__header" scope="row">{{row_label}}</th>
{{#cells}}<td class="kern-table__cell kern-table__cell--numeric">{{#cell_link}}<a class="figure" href="{{cell_link}}"><span class="kern-sr-only">{{cell_name}}: </span>{{cell_count}}</a>{{/cell_link}}{{#cell_none}}<span class="muted">{{cell_count}}</span>{{/cell_none}}</td>
{{/cells}}<td class="kern-table__cell kern-table__cell--numeric">{{#row_link}}<a class="figure" href="{{row_link}}"><span class="kern-sr-only">{{row_label}}: </span>{{row_total}}</a>{{/row_link}}{{#row_plain}}<span class="muted">{{row_total}}</span>{{/row_plain}}</td>
</tr>
{{/rows}}</tbody>
<tfoot class="kern-table__footer"><tr class="kern-table__row">
<th class="kern-table__header" scope="row">[[overview.total]]</th>
{{#columns}}<td class="kern-table__cell kern-table__cell--numeric">{{#column_link}}<a class="figure" href="{{column_link}}"><span class="kern-sr-only">{{column_label}}: </span>{{column_total}}</a>{{/column_link}}</td>
{{/columns}}<td class="kern-table__cell kern-table__cell--numeric">{{total}}</td>
</tr></tfoot>
</table>
</div>{{/any}}
<p><a class="kern-link" href="{{list_url}}">[[overview.list]]</a></p>
[[>_foot]]
