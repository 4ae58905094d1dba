{{%AUTOESCAPE context="HTML"}}</main>
<footer><p>[[page.footer]] · [[@city]]</p></footer>
</body>
</html>
