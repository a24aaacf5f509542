"""How the server is reached, and how it treats those who only hold the line."""

import signal
import socket
from pathlib import Path

import httpx
import pytest

from portcullis import Portcullis


@pytest.mark.parametrize("sent", [b"", b"POST /oauth/token HTTP/1.1\r\nhost: x\r\n"])
def test_who_says_nothing_is_not_listened_to_for_ever(tmp_path: Path, sent: bytes) -> None:
    impatient = {"PORTCULLIS_SERVER__IDLE_TIMEOUT": "5s"}
    with (
        Portcullis(data=tmp_path, environment=impatient) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection,
    ):
        connection.sendall(sent)
        assert connection.recv(1) == b"", "the server hangs up"


def test_an_address_on_this_machine_makes_the_issuer(tmp_path: Path) -> None:
    server = Portcullis(data=tmp_path, environment={"PORTCULLIS_SERVER__ISSUER": None})
    with server:
        assert server.metadata["issuer"] == f"http://127.0.0.1:{server.port}"
        assert httpx.get(server.metadata["jwks_uri"]).status_code == 200
        assert f"{server.origin}/account" in "".join(server.said)


def test_an_idle_connection_does_not_delay_a_stop(tmp_path: Path) -> None:
    patient = {"PORTCULLIS_SERVER__SHUTDOWN_GRACE": "1h"}
    with Portcullis(data=tmp_path, environment=patient) as server, httpx.Client() as client:
        assert client.get(f"{server.origin}/ready").status_code == 200
        assert server.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /ready HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET /ready HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 40_000, b"431"),
        (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", b"431"),
    ],
)
def test_whoever_speaks_no_http_is_told_so_and_hung_up_on(
    portcullis: Portcullis, sent: bytes, status: bytes
) -> None:
    for before in (b"", b"GET /ready HTTP/1.1\r\nhost: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", portcullis.port), timeout=30) as connection:
            connection.sendall(before)
            if before:
                assert b"200 OK" in connection.recv(65536)
            connection.sendall(sent)
            answer = connection.recv(65536).lower()
            assert answer.startswith(b"http/1.1 " + status), answer
            assert b"\r\nconnection: close\r\n" in answer
            assert b"\r\ncontent-length: 0\r\n" in answer, "there is nothing to protect"
            assert connection.recv(1) == b"", "the server hangs up"
