{{%AUTOESCAPE context="HTML"}}[[>_head]]
<article class="prose{{#easy}} prose--easy{{/easy}}">
<h1>{{title}}</h1>
{{content_html:none}}
</article>
[[>_foot]]
