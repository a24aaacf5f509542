"""A token that this server did not issue, or that was tampered with, is worth nothing anywhere."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from party import Party
from portcullis import ADA, Portcullis
from visitor import Visitor


def part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def read(token: str, index: int) -> dict:
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def unsigned(token: str, _keys: bytes) -> str:
    """`alg: none` (RFC 8725 §2.1)."""
    return f"{part(read(token, 0) | {'alg': 'none'})}.{token.split('.')[1]}."


def signed_with_the_public_key(token: str, keys: bytes) -> str:
    """HS256, with what everybody can read as the secret (RFC 8725 §2.1)."""
    head = part(read(token, 0) | {"alg": "HS256"})
    body = token.split(".")[1]
    tag = hmac.digest(keys, f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{base64.urlsafe_b64encode(tag).rstrip(b'=').decode()}"


def promoted(token: str, _keys: bytes) -> str:
    """The same signature under other claims."""
    head, _, tag = token.split(".")
    return f"{head}.{part(read(token, 1) | {'scope': 'openid admin'})}.{tag}"


def pointing_elsewhere(token: str, _keys: bytes) -> str:
    """A header that names a key of the attacker's own (RFC 8725 §3.10)."""
    head = part(read(token, 0) | {"jku": "http://127.0.0.1:1/keys", "kid": "../../etc/passwd"})
    return ".".join([head, *token.split(".")[1:]])


def truncated(token: str, _keys: bytes) -> str:
    return token[:-10]


def without_its_signature(token: str, _keys: bytes) -> str:
    return token.rpartition(".")[0]


def absurd(_token: str, _keys: bytes) -> str:
    return "a." * 4_000 + "a"


FORGERIES = [
    unsigned,
    signed_with_the_public_key,
    promoted,
    pointing_elsewhere,
    truncated,
    without_its_signature,
    absurd,
]


@pytest.fixture(scope="module")
def keys(portcullis: Portcullis) -> bytes:
    return httpx.get(portcullis.metadata["jwks_uri"]).content


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[dict]:
    """Good tokens of another server."""
    with Portcullis() as other:
        yield Party.register(other).sign_in(Visitor(ADA))


def userinfo(party: Party, token: str) -> httpx.Response:
    return party.http.get("/oauth/userinfo", headers={"authorization": f"Bearer {token}"})


def worthless(party: Party, token: str) -> None:
    """What every endpoint says to it (RFC 7662 §2.2, RFC 7009 §2.2, RFC 6750 §3.1)."""
    known = party.post("/oauth/introspect", token=token)
    assert (known.status_code, known.json()) == (200, {"active": False})
    assert party.post("/oauth/revoke", token=token).status_code == 200
    answer = userinfo(party, token)
    assert answer.status_code == 401, answer.text
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forged_token_is_worthless(
    party: Party, tokens: dict, keys: bytes, forge: Callable[[str, bytes], str]
) -> None:
    worthless(party, forge(tokens["access_token"], keys))
    assert party.is_active(tokens["access_token"]), "and the real one is as good as before"


def test_another_issuers_tokens_are_worthless(party: Party, elsewhere: dict) -> None:
    worthless(party, elsewhere["access_token"])
    worthless(party, elsewhere["refresh_token"])


@pytest.mark.parametrize("kind", ["id_token", "refresh_token"])
def test_only_an_access_token_opens_userinfo(party: Party, tokens: dict, kind: str) -> None:
    assert userinfo(party, tokens["access_token"]).status_code == 200
    assert userinfo(party, tokens[kind]).status_code == 401


def test_an_id_token_is_not_introspected(party: Party, tokens: dict) -> None:
    assert not party.is_active(tokens["id_token"])


def test_a_request_without_a_token_is_told_nothing_but_the_scheme(party: Party) -> None:
    """No error code where no token was sent (RFC 6750 §3.1)."""
    answer = party.http.get("/oauth/userinfo")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "error=" not in answer.headers["www-authenticate"]


def test_a_token_in_the_url_opens_nothing(party: Party, tokens: dict) -> None:
    query = {"access_token": tokens["access_token"]}
    assert party.http.get("/oauth/userinfo", params=query).status_code == 401


def test_a_token_for_itself_reaches_no_person(party: Party) -> None:
    token = party.token("client_credentials", scope="reports").json()["access_token"]
    answer = userinfo(party, token)
    assert answer.status_code in (401, 403), answer.text
    assert "error=" in answer.headers["www-authenticate"]


def test_strangers_learn_nothing_of_a_token(portcullis: Portcullis, tokens: dict) -> None:
    stranger = Party.register(portcullis)
    for kind in ("access_token", "refresh_token"):
        known = stranger.post("/oauth/introspect", token=tokens[kind])
        assert known.json() == {"active": False}


def test_strangers_cannot_revoke_a_token(
    portcullis: Portcullis, party: Party, tokens: dict
) -> None:
    stranger = Party.register(portcullis)
    for kind in ("access_token", "refresh_token"):
        assert stranger.post("/oauth/revoke", token=tokens[kind]).status_code == 200
        assert party.is_active(tokens[kind])


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
def test_whoever_asks_must_say_who_they_are(party: Party, tokens: dict, path: str) -> None:
    answer = party.http.post(path, data={"token": tokens["access_token"]})
    assert answer.status_code == 401, answer.text
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
def test_a_request_that_names_no_token_is_malformed(party: Party, path: str) -> None:
    for form in ({}, {"token": ""}, {"token": ["a", "b"]}):
        answer = party.http.post(path, data=form, auth=party.basic)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), form
