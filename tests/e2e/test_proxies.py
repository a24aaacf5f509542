"""The address of a person who comes through a proxy."""

import sqlite3
import socket
import struct
from collections.abc import Iterator
from contextlib import closing

import pytest

from portcullis import Portcullis

PROXY = "127.0.7.1"
STRANGER = "127.0.7.9"
PERSON = "198.51.100.77"
METADATA = b'{"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"}'
TRUSTING = {"PORTCULLIS_SERVER__TRUSTED_PROXIES": '["127.0.7.0/29"]'}
SPEAKING = TRUSTING | {"PORTCULLIS_SERVER__PROXY_PROTOCOL": "true"}
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def register(server: Portcullis, peer: str, before: bytes = b"", headers: str = "") -> bytes:
    """Registers a client in a connection from `peer`, which is written into the audit record."""
    head = f"POST /oauth/register HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nconnection: close\r\n"
    head += f"content-type: application/json\r\n{headers}content-length: {len(METADATA)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 10, (peer, 0)) as connection:
        answer = b""
        try:
            connection.sendall(before + head.encode() + METADATA)
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionError:
            pass
        return answer


def audited_addresses(server: Portcullis) -> list[str]:
    """Every address in the audit record, the oldest first."""
    with closing(sqlite3.connect(next(server.data.glob("*.db")))) as database:
        return [row[0] for row in database.execute("SELECT address FROM audit_events ORDER BY rowid")]


@pytest.fixture(scope="module")
def trusting() -> Iterator[Portcullis]:
    with Portcullis(environment=TRUSTING) as server:
        yield server


@pytest.fixture(scope="module")
def speaking() -> Iterator[Portcullis]:
    """A server that wants the PROXY protocol; this machine's own address asks whether it is ready."""

    class Speaking(Portcullis):
        def _is_ready(self) -> bool:
            try:
                head = b"PROXY UNKNOWN\r\nGET /ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                with socket.create_connection(("127.0.0.1", self.port), 5, (PROXY, 0)) as connection:
                    connection.sendall(head)
                    return b" 200 " in connection.recv(65536)
            except OSError:
                return False

    with Speaking(environment=SPEAKING) as server:
        yield server


@pytest.mark.parametrize(
    ("peer", "headers", "recorded"),
    [
        (PROXY, f"x-forwarded-for: {PERSON}\r\n", PERSON),
        (PROXY, f"x-forwarded-for: 8.8.8.8, {PERSON}, 127.0.7.2\r\n", PERSON),
        (PROXY, f"forwarded: for={PERSON}\r\n", PROXY),
        (STRANGER, f"x-forwarded-for: {PERSON}\r\n", STRANGER),
        (PROXY, "", PROXY),
    ],
)
def test_the_audit_record_has_the_address_of_the_person(
    trusting: Portcullis, peer: str, headers: str, recorded: str
) -> None:
    answer = register(trusting, peer, headers=headers)
    assert b" 201 " in answer, answer
    assert audited_addresses(trusting)[-1] == recorded


def test_nobody_is_believed_by_default() -> None:
    with Portcullis() as server:
        headers = f"x-forwarded-for: {PERSON}\r\nforwarded: for={PERSON}\r\n"
        assert b" 201 " in register(server, PROXY, headers=headers)
        assert audited_addresses(server)[-1] == PROXY


V1 = f"PROXY TCP4 {PERSON} 127.0.0.1 4711 443\r\n".encode()
V2 = SIGNATURE + b"\x21\x11" + struct.pack("!H", 12) + socket.inet_aton(PERSON) + b"\x7f\0\0\1" * 2


@pytest.mark.parametrize("header", [V1, V2], ids=["version 1", "version 2"])
def test_the_proxy_protocol_names_the_person(speaking: Portcullis, header: bytes) -> None:
    answer = register(speaking, PROXY, header)
    assert b" 201 " in answer, answer
    assert audited_addresses(speaking)[-1] == PERSON


@pytest.mark.parametrize(
    ("peer", "header"),
    [(PROXY, b""), (STRANGER, V1), (PROXY, b"PROXY TCP4 x y 1 2\r\n"), (PROXY, b"PROXY " + b"1" * 300)],
    ids=["absent", "of a stranger", "senseless", "endless"],
)
def test_a_connection_without_its_header_is_closed(
    speaking: Portcullis, peer: str, header: bytes
) -> None:
    before = audited_addresses(speaking)
    assert register(speaking, peer, header) == b""
    assert audited_addresses(speaking) == before


def test_a_proxy_protocol_without_proxies_is_no_configuration() -> None:
    with pytest.raises(RuntimeError, match="server.proxy_protocol"):
        Portcullis(environment={"PORTCULLIS_SERVER__PROXY_PROTOCOL": "true"}).start()
