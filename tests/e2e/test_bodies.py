"""Bodies that never end, and what they cost."""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from portcullis import Portcullis

STRANGERS = 400
BODY = 1_000_000
# Much less than the bodies have together.
MOST_GROWTH = 100 * 1024
CLOSED = {"PORTCULLIS_REGISTRATION__MODE": "closed"}


def resident_kib(server: Portcullis) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def head(path: str, kind: str, length: int) -> bytes:
    text = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    return text.encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Portcullis]:
    with Portcullis() as server:
        yield server


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/oauth/register", "application/json"),
        ("/oauth/token", "application/x-www-form-urlencoded"),
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
