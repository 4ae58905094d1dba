"""Who gets mails in the tests: people who give an address with what they send, and confirm it by the link they are sent."""
from .people import filled_form, unique_title


def new_address(name="anna"):
    return unique_title(name).replace(" ", ".").lower() + "@example.org"


def token_of(link):
    return link.rstrip("/").split("/")[-1].split("?")[0]


class Sender:
    """Somebody who sent in a form and gave an address; `made` is the answer, `mail` the server where their mails arrive."""

    def __init__(self, node, mail, address=None, language="de", name=None):
        self.node, self.mail = node, mail
        self.address, self.language = address or new_address(), language
        form = node.form(language=language)
        self.body = filled_form(form)
        self.body["contact"] = {"name": name or "Erika Beispiel", "email": self.address, "language": language}
        self.http = node.client(language=language)
        self.made = self.http.post(f"/api/v1/forms/{form['slug']}/submissions", self.body).expect(201).json
        self.form_title = form["title"]

    @property
    def id(self):
        return self.made["id"]

    @property
    def path(self):
        return f"/api/v1/submissions/{self.made['token']}"

    def wait_mail(self, part, deadline=10, to=None):
        """The first mail to this person whose text or subject holds the part."""
        return self.mail.wait_for(lambda m: m.to == (to or self.address) and (part in m.subject or part in m.text), deadline)

    def confirm(self, link_of=None):
        """Opens the link of the mail that asked, and says yes."""
        asked = link_of or self.mail.wait_for(lambda m: m.to == self.address and any(is_confirmation(u) for u in m.links()))
        link = next(u for u in asked.links() if is_confirmation(u))
        confirm(self.node, link)
        return asked


def is_confirmation(url):
    return "/post/bestaetigen/" in url or "/mail/confirm/" in url


def confirm(node, link, lists=()):
    node.http.post(f"/api/v1/mail/confirmations/{token_of(link)}", {"lists": list(lists)} if lists else {}).expect(200)


def ledger(node, staff=None, **query):
    """The ledger as staff see it."""
    http = (staff or node.staff()).http
    return http.get("/api/v1/staff/mails", query=query).expect(200).json["items"]
