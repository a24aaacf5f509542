"""A server that is reached by https, and clients on the very host of its issuer, to which its cookies go."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from portcullis import Portcullis

ISSUER = "https://auth.example"
BESIDE = "https://auth.example:8443/app/cb"
SETTINGS = {
    "PORTCULLIS_SERVER__ISSUER": ISSUER,
    "PORTCULLIS_MASTER_KEY": "5c" * 32,
    "PORTCULLIS_REGISTRATION__MODE": "open",
    "PORTCULLIS_REGISTRATION__MACHINE_ACCESS": None,
}
CONFIGURATION = f"""
[[clients]]
id = "beside"
redirect_uris = ["https://app.example/cb", "{BESIDE}"]

[[clients]]
id = "elsewhere"
redirect_uris = ["https://app.example/cb"]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portcullis]:
    """A server as the proxy in front of it sees it."""
    folder: Path = tmp_path_factory.mktemp("https")
    (folder / "portcullis.toml").write_text(CONFIGURATION)
    with Portcullis(data=folder, environment=SETTINGS) as running:
        yield running


def register(server: Portcullis, uri: str) -> httpx.Response:
    metadata = {"redirect_uris": [uri], "token_endpoint_auth_method": "none"}
    return httpx.post(f"{server.origin}/oauth/register", json=metadata)


def authorize(server: Portcullis, client: str, uri: str) -> httpx.Response:
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": uri,
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
    }
    return httpx.get(f"{server.origin}/oauth/authorize", params=asked)


@pytest.mark.parametrize("uri", [BESIDE, f"{ISSUER}/", f"{ISSUER}/oauth/authorized"])
def test_no_client_registers_itself_there(server: Portcullis, uri: str) -> None:
    answer = register(server, uri)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_redirect_uri"
    assert "cookies" in answer.json()["error_description"]
    assert register(server, "https://app.auth.example/cb").status_code == 201


def test_a_client_from_before_is_answered_there_no_more(tmp_path: Path) -> None:
    before = {**SETTINGS, "PORTCULLIS_SERVER__ISSUER": "https://sso.example"}
    moved = Portcullis(data=tmp_path, environment=before)
    with moved:
        client = register(moved, BESIDE).json()["client_id"]
        assert authorize(moved, client, BESIDE).status_code == 200
    moved.environment = SETTINGS
    with moved:
        page = authorize(moved, client, BESIDE)
        assert page.status_code == 400
        assert "cookies" in page.text


def test_a_client_of_the_configuration_may_be_there_and_is_pointed_out(server: Portcullis) -> None:
    assert authorize(server, "beside", BESIDE).status_code == 200
    pointed_out = [line for line in server.said if "perhaps not meant" in line]
    assert len(pointed_out) == 1, server.said
    for name in ("clients.beside.redirect_uris", BESIDE, "session cookies"):
        assert name in pointed_out[0]
