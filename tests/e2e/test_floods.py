"""While strangers do what they can, the right person signs in and a client refreshes."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from flood import Flood, get, post, the_right_person_gets_in
from party import Party
from portcullis import ADA, Portcullis
from storages import STORAGES
from visitor import Form, the_form

# The person goes on until the strangers have got so many answers. A flood does not end before.
A_FLOOD = 500


@pytest.fixture(params=STORAGES)
def server(request: pytest.FixtureRequest) -> Iterator[Portcullis]:
    """A server that no other test floods."""
    with Portcullis(environment=STORAGES[request.param]()) as server:
        yield server


def authorization(party: Party, number: int) -> bytes:
    """As long as any parameter may be."""
    asked = {"state": f"{number:0200}", "nonce": f"{number:0200}", "login_hint": f"{number:0200}"}
    url = httpx.URL(party.authorization_url(code_challenge="A" * 43, **asked))
    return get(url.raw_path.decode())


def registration(number: int) -> bytes:
    metadata = {
        "client_name": f"{number} " * 20,
        "redirect_uris": [f"https://{number}.example/{'x' * 500}"],
        "token_endpoint_auth_method": "none",
    }
    return post("/oauth/register", "application/json", json.dumps(metadata).encode())


class Guesser:
    """Somebody at a sign-in page who knows the name, and not the password."""

    def __init__(self, server: Portcullis) -> None:
        browser = httpx.Client(base_url=server.origin, headers={"accept": "text/html"})
        page = browser.get("/login", follow_redirects=True)
        self.form: Form = the_form(page.text)
        self.path = page.url.join(self.form.action or "").raw_path.decode()
        self.cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)

    def request(self, number: int) -> bytes:
        fields = self.form.fields | {"username": ADA.username, "password": f"guess {number}"}
        body = urlencode(fields).encode()
        cookie = f"cookie: {self.cookie}\r\naccept: text/html\r\n"
        return post(self.path, "application/x-www-form-urlencoded", body, cookie)


def wrong_secret(party: Party, number: int) -> bytes:
    fields = {"grant_type": "client_credentials", "client_id": party.id, "client_secret": number}
    return post("/oauth/token", "application/x-www-form-urlencoded", urlencode(fields).encode())


FLOODS = {
    "authorization requests": lambda server, party: lambda at: authorization(party, at),
    "sign-in pages": lambda server, party: lambda at: get("/oauth/authorize/login"),
    "registrations": lambda server, party: registration,
    "wrong passwords": lambda server, party: Guesser(server).request,
    "wrong client secrets": lambda server, party: lambda at: wrong_secret(party, at),
    "paths that lead nowhere": lambda server, party: lambda at: get(f"/{at}"),
}


@pytest.mark.parametrize("addresses", [1, 200])
@pytest.mark.parametrize("kind", FLOODS)
def test_the_right_person_gets_in_while_a_flood_lasts(
    server: Portcullis, kind: str, addresses: int
) -> None:
    party = Party.register(server)
    flood = Flood(server, FLOODS[kind](server, party), addresses)
    the_right_person_gets_in(party, flood, A_FLOOD)
