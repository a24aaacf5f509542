"""Authorization requests that must not be: told to the person until the redirect URI is known to be
the client's, and to the client from then on (OAuth 2.1 §4.1.2.1)."""

import signal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from party import REDIRECT_URI, Party, challenge
from portcullis import ADA, Portcullis
from visitor import Visitor, only_form, the_form

PKCE = {"code_challenge": challenge("v" * 43)}


def ask(party: Party, suffix: str = "", **asked: str) -> httpx.Response:
    url = party.authorization_url(**(PKCE | asked)) + suffix
    return httpx.get(url, headers={"accept": "text/html"})


def told_the_person(answer: httpx.Response) -> None:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": "x" * 5_000},
        {"client_id": '"><script>alert(1)</script>'},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": REDIRECT_URI + "/more"},
        {"redirect_uri": REDIRECT_URI + "?more=1"},
        {"redirect_uri": REDIRECT_URI.replace("/callback", "/Callback")},
        {"redirect_uri": '"><script>alert(1)</script>'},
    ],
    ids=str,
)
def test_nobody_is_sent_where_the_client_has_not_registered(party: Party, asked: dict) -> None:
    answer = ask(party, **asked)
    told_the_person(answer)
    assert "<script>alert" not in answer.text, "what was sent is not repeated as markup"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_client_named_twice_is_told_to_the_person(party: Party, name: str) -> None:
    told_the_person(ask(party, suffix=f"&{name}=x"))


def test_what_is_not_approved_here_is_refused_to_a_client_from_before_too() -> None:
    with Portcullis() as server:
        party = Party.register(server)
        assert ask(party).status_code == 200
        for approved, status in (("https://approved.example/cb", 400), (REDIRECT_URI, 200)):
            server.end(signal.SIGTERM)
            server.environment |= {
                "PORTCULLIS_REGISTRATION__MODE": "approved_redirects",
                "PORTCULLIS_REGISTRATION__APPROVED_REDIRECTS": f'["{approved}"]',
            }
            server.start()
            answer = ask(party)
            assert answer.status_code == status, answer.text
            if status == 400:
                told_the_person(answer)
                assert REDIRECT_URI in answer.text and "approved" in answer.text
                assert ask(party, state="again").status_code == 400
                server.end(signal.SIGTERM)
                logged = [line for line in server.said if REDIRECT_URI in line]
                assert len(logged) == 1 and party.id in logged[0], server.said
                server.start()


def test_a_loopback_redirect_may_be_on_any_port(party: Party) -> None:
    """RFC 8252 §7.3."""
    answer = ask(party, redirect_uri=REDIRECT_URI.replace(":7008", ":54321"))
    assert answer.status_code == 200, answer.text
    assert "password" in the_form(answer.text).fields


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"scope": 'quoted"scope'}, "invalid_scope"),
        ({"resource": "not-a-uri"}, "invalid_target"),
        ({"resource": "https://api.example/#fragment"}, "invalid_target"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
    ],
    ids=str,
)
def test_the_client_is_told_what_is_wrong(
    portcullis: Portcullis, party: Party, asked: dict, error: str
) -> None:
    answer = ask(party, **asked)
    assert answer.status_code in (302, 303), answer.text
    assert answer.headers["location"].startswith(REDIRECT_URI)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["error"] == [error]
    assert query["state"] == ["s-1"]
    assert query["iss"] == [portcullis.issuer]


@pytest.mark.parametrize("name", ["scope", "state", "code_challenge", "nonce", "prompt"])
def test_a_parameter_given_twice_is_told_to_the_client(party: Party, name: str) -> None:
    answer = ask(party, suffix=f"&{name}=x&{name}=y")
    assert answer.status_code in (302, 303), answer.text
    assert answer.headers["location"].startswith(REDIRECT_URI)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["error"] == ["invalid_request"]
    assert name in query["error_description"][0]


def test_parameters_nobody_knows_are_ignored_even_twice(party: Party) -> None:
    answer = ask(party, suffix="&utm=a&utm=b&ui_locales=de")
    assert answer.status_code == 200, answer.text
    assert "password" in the_form(answer.text).fields


def test_several_resources_may_be_asked_at_once(party: Party, portcullis: Portcullis) -> None:
    resources = ["https://a.example", "https://b.example"]
    suffix = "".join(f"&resource={one}" for one in resources)
    visitor = Visitor(ADA)
    url = party.authorization_url(**PKCE) + suffix
    query = parse_qs(urlsplit(visitor.visit(url, until=REDIRECT_URI)).query)
    form = {"code": query["code"][0], "code_verifier": "v" * 43, "redirect_uri": REDIRECT_URI}
    tokens = party.token("authorization_code", **form).json()
    known = party.post("/oauth/introspect", token=tokens["access_token"]).json()
    # With `openid` the token is good at UserInfo too, which belongs to the issuer.
    assert set(known["aud"]) == {*resources, portcullis.issuer}


def test_the_request_may_be_posted(party: Party) -> None:
    """A form from another site comes without cookies, so a page of ours sends it on."""
    query = urlsplit(party.authorization_url(**PKCE)).query
    form = {name: values[0] for name, values in parse_qs(query).items()}
    page = party.http.post("/oauth/authorize", data=form, headers={"accept": "text/html"})
    assert page.status_code == 200, page.text
    resent = only_form(page.text)
    assert resent.fields == form
    answer = party.http.post(resent.action, data=resent.fields, follow_redirects=True)
    assert "password" in the_form(answer.text).fields


def test_the_answer_may_be_posted_to_the_client(party: Party) -> None:
    """OAuth 2.0 Form Post Response Mode."""
    answer = ask(party, response_mode="form_post", scope='quoted"scope', state='"><script>')
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>" not in answer.text
    assert f'action="{REDIRECT_URI}"' in answer.text
    for name in ("error", "state", "iss"):
        assert f'name="{name}"' in answer.text


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}], ids=str)
def test_who_is_signed_in_may_be_asked_again(party: Party, asked: dict) -> None:
    visitor = Visitor(ADA)
    party.sign_in(visitor)
    page = visitor.browser.get(party.authorization_url(**PKCE, **asked), follow_redirects=True)
    assert "password" in the_form(page.text).fields
    assert "code" in party.authorize(visitor, **asked).query


def test_who_signed_in_not_long_ago_is_not_asked_again(party: Party) -> None:
    visitor = Visitor(ADA)
    party.sign_in(visitor)
    answer = visitor.browser.get(party.authorization_url(**PKCE, max_age="3600"))
    assert answer.headers["location"].startswith(REDIRECT_URI)


def test_consent_may_be_asked_for_again(party: Party) -> None:
    visitor = Visitor(ADA)
    party.sign_in(visitor)
    url = party.authorization_url(**PKCE, prompt="consent")
    page = visitor.browser.get(url, follow_redirects=True)
    assert "decision" in the_form(page.text).buttons


def test_the_form_knows_whom_the_client_expects(party: Party) -> None:
    url = party.authorization_url(**PKCE, login_hint='grace"><b>')
    page = Visitor(ADA).browser.get(url, follow_redirects=True)
    assert the_form(page.text).fields["username"] == 'grace"><b>'


def sign_in_page(party: Party) -> tuple[Visitor, str, dict]:
    """A visitor at the sign-in page, where they are, and what is in its form."""
    visitor = Visitor(ADA)
    page = visitor.browser.get(party.authorization_url(**PKCE), follow_redirects=True)
    form = the_form(page.text)
    return visitor, str(page.url.join(form.action)), form.fields


def test_a_form_without_its_token_is_refused(party: Party) -> None:
    """Whatever is missing or wrong, nobody is signed in by it."""
    for change in ("missing", "wrong"):
        visitor, action, fields = sign_in_page(party)
        hidden = [name for name in fields if name not in ("username", "password")]
        assert hidden, "the form has something to protect it"
        for name in hidden:
            forged = fields | {"username": ADA.username, "password": ADA.password, name: "x"}
            if change == "missing":
                del forged[name]
            answer = visitor.browser.post(action, data=forged)
            assert 400 <= answer.status_code < 500, answer.text
            assert answer.headers["content-type"].startswith("text/html")


def test_an_interaction_belongs_to_the_browser_it_began_in(party: Party) -> None:
    _, action, fields = sign_in_page(party)
    filled = fields | {"username": ADA.username, "password": ADA.password}
    answer = Visitor(ADA).browser.post(action, data=filled)
    assert 400 <= answer.status_code < 500, answer.text
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"password": ""},
        {"password": "\0"},
        {"password": "x" * 20_000},
        {"username": "nobody"},
        {"username": ""},
        {"username": "\0"},
        {"username": "x" * 20_000},
        {"username": "' or 1=1 --"},
        {"username": '"><script>alert(1)</script>'},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_whoever_types_something_wrong_may_try_again(party: Party, wrong: dict) -> None:
    visitor, action, fields = sign_in_page(party)
    filled = fields | {"username": ADA.username, "password": ADA.password} | wrong
    answer = visitor.browser.post(action, data=filled, follow_redirects=True)
    assert answer.status_code < 500, answer.text
    assert "<script>alert" not in answer.text
    again = the_form(answer.text)
    right = again.fields | {"username": ADA.username, "password": ADA.password}
    signed_in = visitor.browser.post(str(answer.url.join(again.action)), data=right)
    assert signed_in.status_code == 303, signed_in.text


def test_pages_are_kept_from_frames_caches_and_scripts(party: Party) -> None:
    page = Visitor(ADA).browser.get(party.authorization_url(**PKCE), follow_redirects=True)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert page.headers["x-content-type-options"] == "nosniff"
    cookies = [line.lower() for line in page.headers.get_list("set-cookie")]
    assert cookies
    for line in cookies:
        assert "httponly" in line
        assert "samesite=lax" in line
