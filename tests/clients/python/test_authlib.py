"""Authlib's `OAuth2Session`, as its documentation shows it."""

from collections.abc import Iterator

import httpx
import pytest
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from portcullis import ADA, Portcullis
from visitor import Visitor

REDIRECT_URI = "http://127.0.0.1:7004/callback"
SCOPE = "openid profile offline_access"


@pytest.fixture(autouse=True)
def plain_http_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server speaks plain http here, which the library must be told to accept."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(params=["client_secret_basic", "client_secret_post", "none"])
def session(request: pytest.FixtureRequest, portcullis: Portcullis) -> Iterator[OAuth2Session]:
    """A registered client for each way to prove who it is."""
    with register(portcullis, request.param) as registered:
        yield registered


def register(portcullis: Portcullis, method: str, **metadata) -> OAuth2Session:
    wanted = {
        "client_name": "Authlib",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": method,
        **metadata,
    }
    answer = httpx.post(portcullis.metadata["registration_endpoint"], json=wanted)
    assert answer.status_code == 201, answer.text
    client = answer.json()
    return OAuth2Session(
        client["client_id"],
        client.get("client_secret"),
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        redirect_uri=REDIRECT_URI,
        scope=SCOPE,
        code_challenge_method="S256",
    )


def sign_in(portcullis: Portcullis, session: OAuth2Session) -> dict:
    verifier = generate_token(48)
    url, state = session.create_authorization_url(
        portcullis.metadata["authorization_endpoint"], code_verifier=verifier, nonce="n-1"
    )
    answer = Visitor(ADA).visit(url, until=REDIRECT_URI)
    return session.fetch_token(
        portcullis.metadata["token_endpoint"],
        authorization_response=answer,
        code_verifier=verifier,
        state=state,
    )


def test_a_person_signs_in_and_the_id_token_verifies(
    portcullis: Portcullis, session: OAuth2Session
) -> None:
    token = sign_in(portcullis, session)
    keys = KeySet.import_key_set(httpx.get(portcullis.metadata["jwks_uri"]).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"]) == (portcullis.issuer, session.client_id)
    assert claims["nonce"] == "n-1"
    person = session.get(portcullis.metadata["userinfo_endpoint"]).json()
    assert person["sub"] == claims["sub"]
    assert person["preferred_username"] == ADA.username


def test_tokens_are_refreshed(portcullis: Portcullis, session: OAuth2Session) -> None:
    first = dict(sign_in(portcullis, session))
    second = session.refresh_token(portcullis.metadata["token_endpoint"])
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert session.get(portcullis.metadata["userinfo_endpoint"]).status_code == 200


def test_a_revoked_refresh_token_is_worth_nothing(
    portcullis: Portcullis, session: OAuth2Session
) -> None:
    token = sign_in(portcullis, session)
    answer = session.revoke_token(
        portcullis.metadata["revocation_endpoint"],
        token["refresh_token"],
        token_type_hint="refresh_token",
    )
    assert answer.status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.refresh_token(portcullis.metadata["token_endpoint"])
    assert session.get(portcullis.metadata["userinfo_endpoint"]).status_code == 401


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_confidential_client_introspects_its_tokens(portcullis: Portcullis, method: str) -> None:
    with register(portcullis, method) as session:
        token = sign_in(portcullis, session)
        endpoint = portcullis.metadata["introspection_endpoint"]
        known = session.introspect_token(endpoint, token["access_token"]).json()
        assert known["active"] is True
        assert known["client_id"] == session.client_id
        assert set(known["scope"].split()) == set(SCOPE.split())
        session.revoke_token(portcullis.metadata["revocation_endpoint"], token["access_token"])
        gone = session.introspect_token(endpoint, token["access_token"]).json()
        assert gone == {"active": False}


def test_a_client_acts_for_itself(portcullis: Portcullis) -> None:
    metadata = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []}
    with register(portcullis, "client_secret_basic", **metadata) as session:
        token = session.fetch_token(
            portcullis.metadata["token_endpoint"],
            grant_type="client_credentials",
            scope="reports",
        )
        assert token["scope"] == "reports"
        assert "refresh_token" not in token
