{{%AUTOESCAPE context="HTML"}}</main>
<footer class="site-foot"><div class="kern-container">
<nav aria-label="[[page.foot_navigation]]"><ul class="menu">
{{#foot_menu}}<li><a href="{{menu_link}}"{{#menu_here}} aria-current="page"{{/menu_here}}>{{menu_label}}</a></li>
{{/foot_menu}}</ul></nav>
{{#site_footer}}<p>{{site_footer}}</p>{{/site_footer}}
</div></footer>
</body>
</html>
