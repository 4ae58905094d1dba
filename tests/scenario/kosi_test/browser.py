"""A browser without scripts: cookies, redirects, forms filled in by the names of their fields."""
from .http import Http
from .page import Page, path_of


class Browser:
    def __init__(self, node, agent=None, address=None):
        self.http, self.cookies, self.path, self.answer = Http(node.port), {}, None, None
        self.headers = {"User-Agent": agent} if agent else {}
        if address:
            self.headers["X-Forwarded-For"] = address

    def _request(self, method, path, **more):
        headers = dict(self.headers)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{n}={v}" for n, v in self.cookies.items())
        answer = self.http.request(method, path, headers=headers, **more)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        self.answer, self.path = answer, path
        return answer

    def _follow(self, answer):
        for _ in range(5):
            if answer.status != 303:
                break
            answer = self._request("GET", path_of(answer.header("Location")))
        return answer

    def open(self, path, status=200):
        answer = self._follow(self._request("GET", path))
        assert answer.status == status, answer
        return self.page

    @property
    def page(self):
        return Page(self.answer)

    def form(self, action=None, field=None):
        """The page's form with that end of its action, or that field; else the last one (the shell's come first)."""
        forms = [f for f in self.page.forms if (action is None or f.action.endswith(action))
                 and (field is None or any(i.get("name") == field for i in f.inputs))]
        return forms[-1]

    def send(self, form, status=200, **entered):
        """Presses the form's button with these fields set (a list: several values; None: left out)."""
        pairs = [(n, v) for n, v in form.fields if n not in entered]
        for name, value in entered.items():
            pairs += [(name, v) for v in (value if isinstance(value, list) else [value]) if v is not None]
        answer = self._follow(self._request("POST", form.action, form=pairs))
        assert answer.status == status, answer
        return self.page
