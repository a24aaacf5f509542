"""Strangers who hold connections, and what is left for everybody else."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from portcullis import Portcullis

MOST = 60
MOST_PER_ADDRESS = 20
SETTINGS = {
    "PORTCULLIS_SERVER__MAX_CONNECTIONS": str(MOST),
    "PORTCULLIS_SERVER__MAX_CONNECTIONS_PER_ADDRESS": str(MOST_PER_ADDRESS),
    "PORTCULLIS_SERVER__HEAD_TIMEOUT": "3s",
}
# Nobody may wait longer for an answer, whoever holds what.
PATIENCE = 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[Portcullis]:
    with Portcullis(environment=SETTINGS) as server:
        yield server


def connect(server: Portcullis, address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), 10, (address, 0))


@contextmanager
def held(server: Portcullis, addresses: list[str], sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections on which nothing but `sent` is said."""
    with ExitStack() as stack:
        connections = []
        for address in addresses:
            connection = stack.enter_context(connect(server, address))
            connection.sendall(sent)
            connections.append(connection)
        yield connections


def answered_within_patience(server: Portcullis, address: str) -> bool:
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(transport=transport, timeout=PATIENCE) as client:
        return client.get(f"{server.origin}/oauth/jwks").status_code in (200, 404)


def is_open(connection: socket.socket) -> bool:
    connection.settimeout(0.2)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


HELD = {
    "silent": b"",
    "half a head": b"GET / HTTP/1.1\r\nx: ",
    "half a body": b"POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n"
    b"content-type: application/x-www-form-urlencoded\r\n\r\nx=",
}


@pytest.mark.parametrize("sent", HELD.values(), ids=HELD)
def test_one_address_holds_no_more_than_its_share(server: Portcullis, sent: bytes) -> None:
    with held(server, ["127.0.5.1"] * (2 * MOST), sent) as connections:
        assert answered_within_patience(server, "127.0.5.2")
        assert sum(map(is_open, connections)) <= MOST_PER_ADDRESS


@pytest.mark.parametrize("sent", HELD.values(), ids=HELD)
def test_many_addresses_leave_room_for_another(server: Portcullis, sent: bytes) -> None:
    addresses = [f"127.0.6.{1 + number % 150}" for number in range(2 * MOST)]
    with held(server, addresses, sent) as connections:
        assert answered_within_patience(server, "127.0.5.2")
        assert sum(map(is_open, connections)) <= MOST
    said = [line for line in server.said if "as many connections are open as may be" in line]
    assert len(said) <= 2, "one line a minute"


def test_an_idle_connection_of_somebody_else_survives_a_flood(server: Portcullis) -> None:
    request = b"GET /ready HTTP/1.1\r\nhost: x\r\n\r\n"
    with connect(server, "127.0.5.3") as person:
        person.sendall(request)
        assert b"200 OK" in person.recv(65536)
        with held(server, [f"127.0.6.{1 + number % 4}" for number in range(2 * MOST)], b"G"):
            person.sendall(request)
            assert b"200 OK" in person.recv(65536)


def test_a_head_that_trickles_in_is_cut_off(server: Portcullis) -> None:
    began = time.monotonic()
    with connect(server, "127.0.5.4") as connection:
        connection.sendall(b"GET /ready HTTP/1.1\r\nx: ")
        connection.settimeout(0.3)
        while time.monotonic() < began + 20:
            try:
                connection.sendall(b"y")
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert time.monotonic() - began < 6


def test_a_connection_between_two_requests_has_more_time(tmp_path: Path) -> None:
    settings = {"PORTCULLIS_SERVER__HEAD_TIMEOUT": "500ms"}
    request = b"GET /ready HTTP/1.1\r\nhost: x\r\n\r\n"
    with Portcullis(data=tmp_path, environment=settings) as server:
        with connect(server, "127.0.0.1") as connection:
            connection.sendall(request)
            assert b"200 OK" in connection.recv(65536)
            connection.settimeout(2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
            connection.sendall(request)
            assert b"200 OK" in connection.recv(65536)


def test_a_head_that_is_too_long_is_answered(server: Portcullis) -> None:
    with connect(server, "127.0.5.5") as connection:
        connection.sendall(b"GET /ready HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 100_000 + b"\r\n\r\n")
        assert b" 431 " in connection.recv(65536)


def test_http_2_is_not_spoken(server: Portcullis) -> None:
    with connect(server, "127.0.5.6") as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        answer = connection.recv(65536)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
