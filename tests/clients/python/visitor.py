"""A person at a browser without scripts: follows links to forms, fills them in, sends them."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from portcullis import Person

# How many pages and redirects one visit may take.
STEPS = 20


class SignInRefused(Exception):
    """The name or the password was wrong."""


class Visitor:
    """One person's browser; it keeps its cookies."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.browser = httpx.Client(headers={"accept": "text/html"}, timeout=30)

    def visit(self, url: str, until: str) -> str:
        """Goes to `url` and on through every form, allowing everything, until a redirect leads to
        `until`. Returns that URL; it is not fetched."""
        request = self.browser.build_request("GET", url)
        for _ in range(STEPS):
            answer = self.browser.send(request)
            if "location" in answer.headers:
                onward = urljoin(str(request.url), answer.headers["location"])
                if onward.startswith(until):
                    return onward
                request = self.browser.build_request("GET", onward)
                continue
            if answer.status_code == 422:
                raise SignInRefused
            assert answer.status_code == 200, f"{request.url}: {answer.text}"
            form = the_form(answer.text)
            if "password" in form.fields:
                form.fields |= {"username": self.person.username, "password": self.person.password}
            else:
                form.fields["decision"] = "allow"
            request = self.browser.build_request(
                "POST", urljoin(str(request.url), form.action), data=form.fields
            )
        raise AssertionError(f"{STEPS} steps did not lead to {until}")


class Form:
    """A form: what is written in it already, and the names of its buttons."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str | list[str]] = {}
        self.buttons: set[str] = set()

    def take(self, tag: str, control: dict[str, str | None]) -> None:
        name, kind = control.get("name"), control.get("type") or "text"
        if not name:
            return
        if tag == "button" or kind == "submit":
            self.buttons.add(name)
        elif kind == "checkbox":
            ticked = self.fields.setdefault(name, [])
            if "checked" in control:
                ticked.append(control.get("value") or "on")
        else:
            self.fields[name] = control.get("value") or ""


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.inside = True
            self.found.append(Form(dict(attrs).get("action") or ""))
        elif tag in ("input", "button") and self.inside:
            self.found[-1].take(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def only_form(html: str) -> Form:
    """The form of a page that has just one."""
    forms = Forms()
    forms.feed(html)
    [form] = forms.found
    return form


def the_form(html: str) -> Form:
    """The form that a visitor is meant to fill in: the one for a password, or for a decision."""
    forms = Forms()
    forms.feed(html)
    wanted = [form for form in forms.found if "password" in form.fields]
    wanted += [form for form in forms.found if "decision" in form.buttons]
    assert wanted, f"no form to fill in: {html}"
    return wanted[0]
