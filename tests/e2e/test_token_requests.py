"""Token requests that no library would make get the RFC's answer, and never more than that."""

import base64

import httpx
import pytest

from party import Party
from portcullis import ADA, Portcullis
from visitor import Visitor

FORM = {"content-type": "application/x-www-form-urlencoded"}


def refused(answer: httpx.Response, status: int, error: str) -> None:
    """An error as RFC 6749 §5.2 has it, with a hint."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["error"] == error, body
    assert body.get("error_description"), "a hint for the developer"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=", "invalid_request"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (b"grant_type=client_credentials&scope=a&scope=b", "invalid_request"),
        (b"grant_type=client_credentials&scope=%ff%fe", "invalid_request"),
        (b"grant_type=client_credentials&scope=\xff\xfe", "invalid_request"),
        (b"grant_type=client_credentials&scope=%22", "invalid_scope"),
        (b"grant_type=client_credentials&scope=a%00b", "invalid_scope"),
        (b"grant_type=client_credentials&resource=not-a-uri", "invalid_target"),
        (b"grant_type=client_credentials&resource=https://a.example/%23x", "invalid_target"),
        (b"grant_type=password&username=ada&password=x", "unsupported_grant_type"),
        (b"grant_type=authorization_code", "invalid_request"),
        (b"grant_type=authorization_code&code=x&code=y&code_verifier=z", "invalid_request"),
        (b"grant_type=authorization_code&code=x", "invalid_request"),
        (b"grant_type=refresh_token", "invalid_request"),
        (b"grant_type=refresh_token&refresh_token=", "invalid_request"),
        (b"grant_type=refresh_token&refresh_token=made-up", "invalid_grant"),
        (b"grant_type=refresh_token&refresh_token=%00", "invalid_grant"),
        (b"grant_type=refresh_token&refresh_token=" + b"a." * 20_000, "invalid_grant"),
    ],
    ids=lambda value: repr(value)[:70],
)
def test_a_malformed_body_is_refused(party: Party, body: bytes, error: str) -> None:
    answer = party.http.post("/oauth/token", content=body, headers=FORM, auth=party.basic)
    refused(answer, 400, error)


@pytest.mark.parametrize("code", ["made-up", "\0", "ä", "a" * 60_000])
def test_a_code_that_was_never_issued_is_an_invalid_grant(party: Party, code: str) -> None:
    answer = party.token("authorization_code", code=code, code_verifier="v" * 43)
    refused(answer, 400, "invalid_grant")


def test_a_body_of_another_type_is_refused(party: Party) -> None:
    answer = party.http.post(
        "/oauth/token", json={"grant_type": "client_credentials"}, auth=party.basic
    )
    refused(answer, 400, "invalid_request")


def test_a_body_without_a_type_is_refused(party: Party) -> None:
    body = b"grant_type=client_credentials"
    refused(party.http.post("/oauth/token", content=body, auth=party.basic), 400, "invalid_request")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_a_form_over_64_kib_is_refused(party: Party, path: str) -> None:
    body = b"grant_type=client_credentials&token=x&padding=" + b"x" * (64 * 1024)
    answer = party.http.post(path, content=body, headers=FORM, auth=party.basic)
    refused(answer, 413, "invalid_request")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Bearer x",
    ],
)
def test_a_header_that_proves_nothing_is_challenged(party: Party, header: str) -> None:
    """It never counts as absent, so a body beside it is not read as a public client's."""
    answer = party.http.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "client_id": party.id},
        headers={"authorization": header},
    )
    refused(answer, 401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("name", ["nobody", "%zz", "\0", "x" * 5_000])
def test_a_client_that_nobody_knows_is_challenged(party: Party, name: str) -> None:
    answer = party.http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=(name, "secret")
    )
    refused(answer, 401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_only_the_registered_way_to_prove_who_one_is_will_do(portcullis: Portcullis) -> None:
    grant = {"grant_type": "client_credentials"}
    for method in ("client_secret_basic", "client_secret_post"):
        party = Party.register(portcullis, method)
        in_the_body = {**grant, "client_id": party.id, "client_secret": party.secret}
        wrong, right = (
            ({"data": in_the_body}, {"data": grant, "auth": party.basic})
            if method == "client_secret_basic"
            else ({"data": grant, "auth": party.basic}, {"data": in_the_body})
        )
        refused(party.http.post("/oauth/token", **wrong), 401, "invalid_client")
        assert party.http.post("/oauth/token", **right).status_code == 200


def test_two_secrets_are_one_too_many(party: Party) -> None:
    form = {"client_id": party.id, "client_secret": party.secret}
    refused(party.token("client_credentials", **form), 400, "invalid_request")


def test_a_client_id_beside_basic_is_fine_when_it_is_the_same(party: Party) -> None:
    assert party.token("client_credentials", client_id=party.id).status_code == 200
    other = party.token("client_credentials", client_id="another")
    assert other.status_code in (400, 401), other.text


def test_a_secret_in_the_url_proves_nothing(party: Party) -> None:
    query = {"client_id": party.id, "client_secret": party.secret}
    answer = party.http.post(
        "/oauth/token", params=query, data={"grant_type": "client_credentials"}
    )
    refused(answer, 401, "invalid_client")


def test_a_public_client_cannot_act_for_itself(portcullis: Portcullis) -> None:
    party = Party.register(portcullis, "none")
    refused(party.token("client_credentials"), 400, "unauthorized_client")


def test_what_is_made_up_ends_nobodys_session(party: Party, tokens: dict) -> None:
    """A refresh token that was never issued changes nothing."""
    head, tail = tokens["refresh_token"][:-6], tokens["refresh_token"][-6:]
    refused(party.token("refresh_token", refresh_token=head + tail[::-1]), 400, "invalid_grant")
    assert party.is_active(tokens["refresh_token"])


def test_a_stranger_cannot_use_a_refresh_token(portcullis: Portcullis, party: Party) -> None:
    tokens = party.sign_in(Visitor(ADA))
    stranger = Party.register(portcullis)
    theirs = stranger.token("refresh_token", refresh_token=tokens["refresh_token"])
    refused(theirs, 400, "invalid_grant")
    mine = party.token("refresh_token", refresh_token=tokens["refresh_token"])
    assert mine.status_code == 200, mine.text


def test_a_token_request_never_widens_what_was_granted(party: Party) -> None:
    visitor = Visitor(ADA)
    wider = party.redeem(party.authorize(visitor), scope="openid admin")
    assert wider.status_code == 200, wider.text
    assert wider.json()["scope"] == "openid"
    granted = party.authorize(visitor, resource="https://a.example")
    refused(party.redeem(granted, resource="https://b.example"), 400, "invalid_target")


def test_the_endpoint_takes_nothing_but_post(party: Party) -> None:
    answer = party.http.get("/oauth/token", params={"grant_type": "client_credentials"})
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
