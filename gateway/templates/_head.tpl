{{%AUTOESCAPE context="HTML"}}<!doctype html>
<html lang="[[@lang]]">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}} – [[page.site]] [[@city]]</title>
<link rel="stylesheet" href="[[@css]]">
</head>
<body>
<a class="skip" href="#content">[[page.skip]]</a>
<header class="top">
<p class="site"><a href="[[@home]]">[[page.site]] [[@city]]</a></p>
<nav aria-label="[[page.navigation]]">
<ul>
<li><a href="[[@landscape]]">[[page.landscape]]</a></li>
<li><a href="{{other_url}}" lang="[[@other_lang]]" hreflang="[[@other_lang]]">[[page.other_language]]</a></li>
</ul>
</nav>
</header>
<main id="content" tabindex="-1">
