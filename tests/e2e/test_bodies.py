"""Bodies that never end, and what they cost."""

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from portcullis import Portcullis

STRANGERS = 400
BODY = 1_000_000
# The largest body that is taken, and how many of them are more than may arrive together.
LARGEST = 64 * 1024
TOO_MANY = 560
FORM = "application/x-www-form-urlencoded"
# Much less than the bodies have together.
MOST_GROWTH = 100 * 1024
CLOSED = {"PORTCULLIS_REGISTRATION__MODE": "closed"}


def resident_kib(server: Portcullis) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def head(path: str, kind: str, length: int, headers: str = "") -> bytes:
    text = f"POST {path} HTTP/1.1\r\nhost: x\r\n{headers}content-type: {kind}\r\ncontent-length: {length}"
    return f"{text}\r\n\r\n".encode()


def unfinished(headers: str = "") -> bytes:
    """All of a form but its last byte."""
    return head("/oauth/token", FORM, LARGEST, headers) + b"x" * (LARGEST - 1)


def hold(stack: ExitStack, server: Portcullis, source: str, sent: bytes) -> socket.socket:
    """A connection on which nothing but `sent` is said, and that may be cut off."""
    connection = socket.create_connection(("127.0.0.1", server.port), 10, (source, 0))
    stack.enter_context(connection)
    with suppress(OSError):
        connection.sendall(sent)
    return connection


def status(connection: socket.socket) -> bytes:
    """What a connection is answered at last, if it is."""
    connection.settimeout(20)
    with suppress(ConnectionError):
        return connection.recv(65536)[9:12]
    return b""


@pytest.fixture(scope="module")
def server() -> Iterator[Portcullis]:
    with Portcullis() as server:
        yield server


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/oauth/register", "application/json"),
        ("/oauth/token", FORM),
    ],
)
def test_unfinished_bodies_take_little_memory(server: Portcullis, path: str, kind: str) -> None:
    before = resident_kib(server)
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for number in range(STRANGERS):
            peer = (f"127.0.8.{1 + number % 40}", 0)
            connection = socket.create_connection(("127.0.0.1", server.port), 10, peer)
            stack.enter_context(connection)
            connection.setblocking(False)
            rest = memoryview(head(path, kind, BODY) + b"x" * (BODY - 1))
            selector.register(connection, selectors.EVENT_WRITE, [rest])
        most, end = before, time.monotonic() + 20
        while selector.get_map() and time.monotonic() < end:
            for key, _ in selector.select(1):
                try:
                    key.data[0] = key.data[0][key.fileobj.send(key.data[0][:65536]) :]
                except OSError:
                    key.data[0] = b""
                if not key.data[0]:
                    selector.unregister(key.fileobj)
            most = max(most, resident_kib(server))
        assert httpx.get(f"{server.origin}/ready", timeout=5).status_code == 200
    assert most - before < MOST_GROWTH, f"{most - before} KiB more"


def test_who_may_not_register_is_told_before_the_body(tmp_path: Path) -> None:
    with (
        Portcullis(data=tmp_path, environment=CLOSED) as server,
        socket.create_connection(("127.0.0.1", server.port), 5) as connection,
    ):
        connection.sendall(head("/oauth/register", "application/json", 60_000) + b'{"')
        assert connection.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_whoever_sends_on_after_a_refusal_still_gets_it(tmp_path: Path) -> None:
    with Portcullis(data=tmp_path, environment=CLOSED) as server:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
                request = head("/oauth/register", "application/json", BODY) + b"x" * BODY
                connection.sendall(request)
                assert connection.recv(65536).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("length", [65_537, 1_100_000])
def test_metadata_of_more_than_64_kib_is_too_large(server: Portcullis, length: int) -> None:
    answer = httpx.post(
        f"{server.origin}/oauth/register",
        content=b"x" * length,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 413


def test_unfinished_bodies_of_a_few_addresses_shut_nobody_else_out(server: Portcullis) -> None:
    form = {"grant_type": "client_credentials", "client_id": "x" * 1000}
    with ExitStack() as stack:
        for number in range(TOO_MANY):
            hold(stack, server, f"127.0.8.{1 + number % 8}", unfinished())
        for _ in range(100):
            answer = httpx.post(f"{server.origin}/oauth/token", data=form)
            assert answer.json()["error"] == "invalid_client", answer.text


def test_bodies_count_for_the_client_that_a_trusted_proxy_names(tmp_path: Path) -> None:
    """The proxy is one address, so all of its bodies but the newest would be given up."""
    behind = {
        "PORTCULLIS_SERVER__TRUSTED_PROXIES": '["127.0.0.0/8"]',
        "PORTCULLIS_LIMITS__BODY_MEMORY": "1",
    }
    with Portcullis(data=tmp_path, environment=behind) as server, ExitStack() as stack:
        person = hold(
            stack, server, "127.0.0.1", unfinished("x-forwarded-for: 198.51.100.7\r\n")
        )
        stranger = unfinished("x-forwarded-for: 2001:db8:1:{}::1\r\n")
        strangers = [
            hold(stack, server, "127.0.0.1", stranger.replace(b"{}", b"%x" % number))
            for number in range(TOO_MANY)
        ]
        # Whoever was given up hears of it with the next byte.
        for connection in strangers:
            with suppress(OSError):
                connection.sendall(b"x")
        statuses = Counter(map(status, strangers))
        person.sendall(b"x")
        assert status(person) == b"400"
    assert statuses[b"429"], statuses


def test_the_memory_for_bodies_can_be_set(tmp_path: Path) -> None:
    little = {"PORTCULLIS_LIMITS__BODY_MEMORY": "1"}
    with Portcullis(data=tmp_path, environment=little) as server, ExitStack() as stack:
        strangers = [hold(stack, server, "127.0.8.1", unfinished()) for _ in range(200)]
        for connection in strangers:
            with suppress(OSError):
                connection.sendall(b"x")
        statuses = Counter(map(status, strangers))
    assert statuses[b"429"], f"only 16 have room, and yet {statuses}"
