"""Somebody at a browser: opens pages, fills in forms, reads; and checks every page they get."""

from __future__ import annotations

import io
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

OK, FOUND, SEE_OTHER = 200, 302, 303


class Visitor:
    """One browser with its own cookies; `page`, `status`, `path` are those of the last answer.

    Who is signed in already (``arrives``) sees the page they begin at once they look.
    """

    def __init__(self, client: FlaskClient, *, arrives: bool = False) -> None:
        self.client = client
        self.answer: TestResponse | None = None
        self._page: html.HtmlElement = html.fromstring("<html></html>")
        self.path = "/"
        self.arrives = arrives

    def opens(self, path: str, expect: int = OK) -> Self:
        """Open a page, following redirects; the answer must have the status expected."""
        return self._take(self.client.get(urljoin(self.path, path)), path, expect)

    def fills_in(self, expect: int = OK, *, form: str | None = None, **fields: Any) -> Self:
        """Fill in a form of the page as it stands and send it, following redirects.

        ``form`` is the form's id, its action's last part or a text on one of its buttons; without
        it, the page's only form that posts. A field is a text, a list (several boxes), a bool
        (one box) or a pair (file name, bytes). A field that the form does not have is an error.
        """
        chosen = self._form(form)
        data = chosen_values(chosen, form)
        for name, value in fields.items():
            assert name in chosen.fields, f"no field {name}: {sorted(set(chosen.fields))}"
            put(data, name, value)
        action = urljoin(self.path, chosen.action or "")
        send = self.client.post if chosen.method == "POST" else self.client.get
        return self._take(send(action, **{_body(chosen): data}), action, expect)

    def presses(self, button: str, expect: int = OK) -> Self:
        """Send the form with that button, as it stands."""
        return self.fills_in(expect, form=button)

    def follows(self, words: str, expect: int = OK) -> Self:
        """Follow the link with these words."""
        links = [a for a in self.page.iter("a") if said(a) == words]
        assert links, f"no link {words!r} on {self.path}: {[said(a) for a in self.page.iter('a')]}"
        return self.opens(links[0].get("href"), expect)

    def signs_in(self, email: str, password: str) -> Self:
        """Sign in by the page for it."""
        return self.opens("/login").fills_in(form="login", email=email, password=password)

    @property
    def response(self) -> TestResponse:
        self._look()
        assert self.answer is not None
        return self.answer

    @property
    def page(self) -> html.HtmlElement:
        self._look()
        return self._page

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """What the page says, white space made even."""
        return said(self.page.find("body"))

    @property
    def heading(self) -> str:
        """The page's one h1."""
        [found] = self.page.iter("h1")
        return said(found)

    def errors(self) -> list[str]:
        """The sentences of the error summary on top."""
        return [said(item) for item in self.page.xpath("//*[@role='alert']//li")]

    def _form(self, named: str | None) -> html.FormElement:
        forms = [f for f in self.page.forms if named is not None or f.method == "POST"]
        if named is None:
            forms = [f for f in forms if not urlsplit(f.action or "").path.endswith(CHROME)]
        else:
            forms = [f for f in forms if named in names(f)]
        assert len(forms) == 1, f"{named}: {[names(f) for f in self.page.forms]} on {self.path}"
        return forms[0]

    def _take(self, response: TestResponse, path: str, expect: int) -> Self:
        while response.status_code in {FOUND, SEE_OTHER}:
            path = urljoin(path, response.headers["Location"])
            response = self.client.get(path)
        self.arrives = False
        self.answer, self.path = response, urlsplit(path)._replace(scheme="", netloc="").geturl()
        if response.mimetype == "text/html":
            self._page = html.fromstring(response.get_data(as_text=True))
            check(self.page, self.path)
        assert response.status_code == expect, f"{response.status_code} {self.path}: {self.text}"
        return self

    def _look(self) -> None:
        if self.arrives:
            self.opens("/")


# Forms that stand on every page, in its frame.
CHROME = ("/logout", "/language", "/capacity")


def said(element: html.HtmlElement) -> str:
    """The words in an element, white space made even."""
    return " ".join(element.text_content().split())


def names(form: html.FormElement) -> set[str]:
    """What a form can be called by: its id, its action's last part, the words on its buttons."""
    buttons = {said(button) for button in form.iter("button")}
    last = urlsplit(form.action or "").path.rstrip("/").rpartition("/")[2]
    return {form.get("id") or "", last, *buttons} - {""}


def chosen_values(form: html.FormElement, pressed: str | None) -> dict[str, Any]:
    """What a browser would send if nobody typed anything; of several buttons, the one pressed."""
    data: dict[str, Any] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    buttons = form.findall(".//button[@name]")
    for button in [b for b in buttons if said(b) == pressed] or buttons[:1]:
        data[button.get("name")] = button.get("value", "")
    return data


def put(data: dict[str, Any], name: str, value: Any) -> None:
    """Put what somebody typed or chose into what will be sent."""
    if isinstance(value, bool):
        data.pop(name, None)
        if value:
            data[name] = "y"
    elif isinstance(value, tuple):
        data[name] = (io.BytesIO(value[1]), value[0])
    else:
        data[name] = value


def _body(form: html.FormElement) -> str:
    return "data" if form.method == "POST" else "query_string"


def check(page: html.HtmlElement, path: str) -> None:
    """What holds for every page: one h1, title, language, unique ids, labels, no inline code."""
    faults = []
    if len(list(page.iter("h1"))) != 1:
        faults.append(f"{len(list(page.iter('h1')))} headings h1")
    if not (page.findtext(".//title") or "").strip():
        faults.append("no title")
    if not page.get("lang"):
        faults.append("no language")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    faults += [f"id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    labelled = {label.get("for") for label in page.iter("label")}
    faults += [f"{field.get('name')} has no label" for field in unlabelled(page, labelled)]
    faults += [f"inline {what}" for what in inline(page)]
    assert not faults, f"{path}: {'; '.join(faults)}"


def unlabelled(page: html.HtmlElement, labelled: set[str | None]) -> list[html.HtmlElement]:
    """Fields that nothing names."""
    silent = {"hidden", "submit", "button"}
    return [
        field
        for field in page.iter("input", "select", "textarea")
        if field.get("type") not in silent
        and field.get("id") not in labelled
        and not field.get("aria-label")
        and not field.get("aria-labelledby")
        and next(field.iterancestors("label"), None) is None
    ]


def inline(page: html.HtmlElement) -> list[str]:
    """Scripts and styles written into the page, which our content policy forbids."""
    scripts = [e.tag for e in page.iter("script", "style") if not e.get("src")]
    return scripts + [
        f"{name} on {element.tag}"
        for element in page.iter()
        for name in element.attrib
        if name == "style" or name.startswith("on")
    ]
