"""Registrations that must not be, and the error of RFC 7591 §3.2.2 for each."""

import httpx
import pytest

from party import REDIRECT_URI, Party
from portcullis import Portcullis

JSON = {"content-type": "application/json"}
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def register(portcullis: Portcullis, **metadata: object) -> httpx.Response:
    wanted = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none", **metadata}
    return httpx.post(f"{portcullis.origin}/oauth/register", json=wanted)


def refused(answer: httpx.Response, error: str, status: int = 400) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error"] == error, answer.text
    assert answer.json().get("error_description"), "a hint for the developer"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "//app.example/callback",
        "http://app.example/callback",
        "http://localhost.evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://localhost@evil.example/callback",
        "https://user:password@app.example/callback",
        "https://app.example/callback#fragment",
        "https://*.app.example/callback",
        "https://app.example/*",
        "localhost:3000/callback",
        "myapp:/callback",
        "mhtml:https://evil.example/x",
        "shortcuts://callback",
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "https://app.example/\r\nlocation: https://evil.example",
        "https://app.example/\0",
        "https://app.example/" + "x" * 4_000,
    ],
    ids=lambda uri: uri[:40] or "empty",
)
def test_a_redirect_uri_that_could_lead_astray_is_refused(portcullis: Portcullis, uri: str) -> None:
    refused(register(portcullis, redirect_uris=[uri]), "invalid_redirect_uri")


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback?keep=this",
        "http://localhost/callback",
        "http://127.0.0.1:8080/callback",
        "http://[::1]/callback",
        "com.example.app:/callback",
        "cursor://anysphere.cursor-retrieval/oauth/callback",
    ],
)
def test_a_redirect_uri_that_is_safe_is_registered_byte_for_byte(
    portcullis: Portcullis, uri: str
) -> None:
    answer = register(portcullis, redirect_uris=[uri])
    assert answer.status_code == 201, answer.text
    assert answer.json()["redirect_uris"] == [uri]


@pytest.mark.parametrize(
    "metadata",
    [
        {"grant_types": ["password"]},
        {"grant_types": ["implicit"]},
        {"grant_types": "authorization_code"},
        {"response_types": ["token"]},
        {"grant_types": ["client_credentials"], "response_types": ["code"]},
        {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
        {"client_name": ["a", "list"]},
        {"client_name": "x" * 10_000},
        {"scope": 'quoted"scope'},
        {"logo_uri": "javascript:alert(1)"},
        {"client_uri": "not a uri"},
        {"jwks": {"keys": []}, "jwks_uri": "https://app.example/keys"},
        {"contacts": "ada@app.example"},
    ],
    ids=str,
)
def test_metadata_that_makes_no_sense_is_refused(portcullis: Portcullis, metadata: dict) -> None:
    refused(register(portcullis, **metadata), "invalid_client_metadata")


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        (
            {"grant_types": ["authorization_code", DEVICE_CODE, JWT_BEARER]},
            {"grant_types": ["authorization_code"]},
        ),
        ({"response_types": ["code", "id_token"]}, {"response_types": ["code"]}),
        (
            {"token_endpoint_auth_method": "tls_client_auth"},
            {"token_endpoint_auth_method": "client_secret_basic"},
        ),
        (
            {
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
            },
            {"token_endpoint_auth_method": "none"},
        ),
        ({"application_type": "toaster"}, {"application_type": None}),
        ({"client_name": "", "logo_uri": "", "tos_uri": " "}, {"client_name": None}),
        ({"redirect_uris": [REDIRECT_URI, ""]}, {"redirect_uris": [REDIRECT_URI]}),
    ],
    ids=str,
)
def test_what_is_not_known_is_left_out_and_the_answer_says_so(
    portcullis: Portcullis, asked: dict, got: dict
) -> None:
    """RFC 7591 §3.2.1."""
    answer = register(portcullis, **asked)
    assert answer.status_code == 201, answer.text
    assert {name: answer.json().get(name) for name in got} == got


def test_a_client_that_registered_itself_acts_for_itself_only_as_the_operator_says() -> None:
    with Portcullis(environment={"PORTCULLIS_REGISTRATION__MACHINE_ACCESS": None}) as server:
        asked = {
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "client_credentials"],
        }
        answer = register(server, **asked)
        assert answer.json()["grant_types"] == ["authorization_code"]
        refused(
            register(server, **asked | {"grant_types": ["client_credentials"]}),
            "invalid_client_metadata",
        )
        client = answer.json()
        form = {"grant_type": "client_credentials"}
        credentials = (client["client_id"], client["client_secret"])
        token = httpx.post(f"{server.origin}/oauth/token", data=form, auth=credentials)
        refused(token, "unauthorized_client")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"[" * 60_000,
        b'{"redirect_uris": ' + b"[" * 60_000,
        b'{"x":' * 10_000 + b"1" + b"}" * 10_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_no_json_object_is_refused(portcullis: Portcullis, body: bytes) -> None:
    answer = httpx.post(f"{portcullis.origin}/oauth/register", content=body, headers=JSON)
    refused(answer, "invalid_client_metadata")


def test_a_body_that_is_no_text_is_refused(portcullis: Portcullis) -> None:
    body = b'{"client_name": "\xff"}'
    answer = httpx.post(f"{portcullis.origin}/oauth/register", content=body, headers=JSON)
    refused(answer, "invalid_request")


def test_a_body_of_another_type_is_refused(portcullis: Portcullis) -> None:
    answer = httpx.post(f"{portcullis.origin}/oauth/register", data={"redirect_uris": REDIRECT_URI})
    refused(answer, "invalid_request")


def test_a_body_over_1_mib_is_refused(portcullis: Portcullis) -> None:
    body = b'{"client_name": "' + b"x" * (1024 * 1024) + b'"}'
    answer = httpx.post(f"{portcullis.origin}/oauth/register", content=body, headers=JSON)
    refused(answer, "invalid_request", status=413)


def test_members_nobody_knows_are_ignored(portcullis: Portcullis) -> None:
    """RFC 7591 §2."""
    answer = register(portcullis, something_new={"nested": [1, 2, 3]}, null_member=None)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("token", [None, "made-up", "another's"])
def test_a_registration_is_its_owners(portcullis: Portcullis, verb: str, token: str | None) -> None:
    """RFC 7592 §2: the same answer whether the client exists or not."""
    party, stranger = Party.register(portcullis), Party.register(portcullis)
    if token == "another's":
        token = stranger.registration["registration_access_token"]
    headers = {"authorization": f"Bearer {token}"} if token else {}
    body = {"client_id": party.id, "redirect_uris": [REDIRECT_URI]} if verb == "PUT" else None
    for url in (
        party.registration["registration_client_uri"],
        f"{portcullis.origin}/oauth/register/x",
    ):
        answer = httpx.request(verb, url, headers=headers, json=body)
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert party.token("client_credentials").status_code == 200, "and the client lives on"


def test_a_deleted_client_is_gone_and_so_are_its_tokens(portcullis: Portcullis) -> None:
    party = Party.register(portcullis)
    url = party.registration["registration_client_uri"]
    headers = {"authorization": f"Bearer {party.registration['registration_access_token']}"}
    assert httpx.get(url, headers=headers).json()["client_id"] == party.id
    assert httpx.delete(url, headers=headers).status_code == 204
    answer = party.token("client_credentials")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
