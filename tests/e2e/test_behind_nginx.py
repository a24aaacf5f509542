"""The server behind nginx as it is installed: what is lawful gets through, and people keep their address."""

import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from party import Party, REDIRECT_URI
from portcullis import ADA, Portcullis, free_port
from visitor import Visitor

# Nothing is set that a stock nginx leaves alone: no buffer, no timeout.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_bind 127.0.9.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
TRUSTING = {"PORTCULLIS_SERVER__TRUSTED_PROXIES": '["127.0.9.1/32"]'}
# The longest first; each letter of a `"` takes three bytes on the wire.
LENGTHS = [4096, 3000, 2048, 1366, 1024, 680, 512, 256]


class BehindNginx(Portcullis):
    """A server whose issuer is at the port of nginx."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.front}"

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/ready").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portcullis]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert nginx, "nginx must be installed"
    folder: Path = tmp_path_factory.mktemp("nginx")
    server = BehindNginx(environment=TRUSTING)
    server.front = free_port()
    written = folder / "nginx.conf"
    written.write_text(CONFIGURATION.format(folder=folder, port=server.front, upstream=server.port))
    with server:
        process = subprocess.Popen([nginx, "-c", written, "-p", folder], stderr=subprocess.DEVNULL)
        try:
            until_it_answers(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def until_it_answers(server: Portcullis) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{server.origin}/ready")
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("nginx does not answer")


def is_lawful(party: Party, asked: dict[str, str]) -> bool:
    """Whether the request is taken, rather than answered with an error there or here."""
    answer = httpx.get(party.authorization_url(code_challenge="x" * 43, **asked))
    assert answer.status_code < 500, answer.text
    onward = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    return answer.status_code < 400 and "error" not in onward


@pytest.mark.parametrize("letter", ["x", '"', "ü"])
def test_the_longest_lawful_request_comes_back_to_the_client(
    behind: Portcullis, letter: str
) -> None:
    party = Party.register(behind)
    longest = next(
        length for length in LENGTHS if is_lawful(party, {"state": letter * length})
    )
    answer = party.authorize(Visitor(ADA), state=letter * longest)
    assert answer.query["state"] == letter * longest
    assert party.redeem(answer).status_code == 200


def test_the_audit_record_has_the_person_and_not_the_proxy(behind: Portcullis) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.9.77")
    with httpx.Client(transport=transport) as client:
        metadata = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none"}
        forged = {"x-forwarded-for": "203.0.113.1"}
        answer = client.post(f"{behind.origin}/oauth/register", json=metadata, headers=forged)
        assert answer.status_code == 201, answer.text
    with closing(sqlite3.connect(next(behind.data.glob("*.db")))) as database:
        last = database.execute("SELECT address FROM audit_events ORDER BY id DESC").fetchone()
    assert last[0] == "127.0.9.77"
