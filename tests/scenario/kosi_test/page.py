"""Pages as a browser without scripts sees them: forms with their fields, texts, links."""
import html.parser
import urllib.parse


class Page(html.parser.HTMLParser):
    """Page(answer): forms (list of Form), text (all visible text), title, language, links."""

    def __init__(self, answer):
        super().__init__()
        self.forms, self.links, self.language, self.title = [], [], None, ""
        self._texts, self._inside, self._area, self._select = [], [], None, None
        self.feed(answer.text)
        self.text = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in ("script", "style", "title"):
            self._inside.append(tag)
        if tag == "html":
            self.language = a.get("lang")
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "form":
            self.forms.append(Form(a))
        elif self.forms:
            self._field(tag, a)

    def _field(self, tag, a):
        form, name = self.forms[-1], a.get("name")
        if tag == "input" and name:
            form.inputs.append(a)
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                form.fields.append((name, a.get("value", "")))
        elif tag == "textarea" and name:
            form.inputs.append(a)
            form.fields.append((name, ""))
            self._area = len(form.fields) - 1
        elif tag == "select" and name:
            form.inputs.append(a)
            self._select = name
        elif tag == "option" and self._select:
            form.options.setdefault(self._select, []).append(a.get("value", ""))
            if "selected" in a:
                form.fields.append((self._select, a.get("value", "")))

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area is not None:
            name, value = self.forms[-1].fields[self._area]
            self.forms[-1].fields[self._area] = (name, value + data)
        if self._inside and self._inside[-1] == "title":
            self.title += data
        elif not self._inside:
            self._texts.append(data)

    def form_with(self, name):
        """The form that has a field of that name."""
        return next(f for f in self.forms if any(i.get("name") == name for i in f.inputs))


class Form:
    def __init__(self, attributes):
        self.action, self.method = attributes.get("action", ""), attributes.get("method", "get").lower()
        self.enctype = attributes.get("enctype", "application/x-www-form-urlencoded")
        self.inputs, self.fields, self.options = [], [], {}

    def value(self, name):
        return next((v.lstrip("\n") for n, v in self.fields if n == name), None)

    def filled(self, body):
        """The pairs a browser would send when a person has entered this API body."""
        entered = {}
        for name, value in body["answers"].items():
            entered[name] = value if isinstance(value, list) else [value]
        for name, value in body.get("contact", {}).items():
            entered[f"contact.{name}"] = [value]
        if body["consents"]:
            entered["consents"] = body["consents"]
        known = {i.get("name") for i in self.inputs}
        assert set(entered) <= known, f"no such fields on the page: {set(entered) - known}"
        kept = [(n, v) for n, v in self.fields if n not in entered]
        return kept + [(n, v) for n, values in entered.items() for v in values]


def path_of(location):
    """Path and query of a Location header, absolute or not."""
    parts = urllib.parse.urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")
