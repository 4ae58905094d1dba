{{%AUTOESCAPE context="HTML"}}<!doctype html>
<html lang="[[@lang]]">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}} – {{site_name}}</title>
<link rel="preload" href="[[@font]]" as="font" type="font/woff2" crossorigin>
<link rel="preload" href="[[@font_bold]]" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="[[@css]]">
<link rel="stylesheet" href="{{site_css}}">
<link rel="icon" href="{{site_icon}}" type="image/svg+xml">
{{#no_index}}<meta name="robots" content="noindex">{{/no_index}}
{{#canonical_url}}<link rel="canonical" href="{{canonical_url}}">
<link rel="alternate" hreflang="[[@other_lang]]" href="{{other_url}}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="{{site_name}}">
<meta property="og:title" content="{{title}}">
<meta property="og:url" content="{{canonical_url}}">{{/canonical_url}}
{{#description}}<meta name="description" content="{{description}}">
<meta property="og:description" content="{{description}}">{{/description}}
{{#feed_url}}<link rel="alternate" type="application/atom+xml" title="{{title}}" href="{{feed_url}}">{{/feed_url}}
</head>
<body>
<a class="skip" href="#content">[[page.skip]]</a>
<header class="site-head">
<div class="kern-container site-head__row">
<a class="site-name" href="[[@home]]">{{site_name}}{{#site_claim}} <span class="site-claim">{{site_claim}}</span>{{/site_claim}}</a>
<a class="site-language" href="{{other_url}}" lang="[[@other_lang]]" hreflang="[[@other_lang]]">[[page.other_language]]</a>
</div>
<nav class="site-menu" aria-label="[[page.navigation]]"><div class="kern-container">
<ul class="menu">
{{#menu}}<li><a href="{{menu_link}}"{{#menu_here}} aria-current="page"{{/menu_here}}{{#menu_within}} aria-current="true"{{/menu_within}}>{{menu_label}}</a></li>
{{/menu}}</ul>
</div></nav>
</header>
{{#signed_in}}<nav class="staff-menu" aria-label="[[page.staff_navigation]]"><div class="kern-container staff-menu__row">
<ul class="menu">
{{#staff_menu}}<li><a href="{{menu_link}}"{{#menu_here}} aria-current="page"{{/menu_here}}{{#menu_within}} aria-current="true"{{/menu_within}}>{{menu_label}}</a></li>
{{/staff_menu}}</ul>
<form class="staff-menu__who" method="post" action="{{sign_out_url}}">
<input type="hidden" name="_csrf" value="{{csrf}}">
{{#account_url}}<a href="{{account_url}}">{{signed_in}}</a>{{/account_url}}
<button class="plain-button" type="submit">[[page.sign_out]]</button>
</form>
</div></nav>{{/signed_in}}
<main class="kern-container site-main" id="content" tabindex="-1">
{{#has_crumbs}}<nav class="breadcrumbs" aria-label="[[page.breadcrumbs]]"><ol>
{{#crumbs}}<li><a href="{{menu_link}}">{{menu_label}}</a></li>
{{/crumbs}}</ol></nav>{{/has_crumbs}}
