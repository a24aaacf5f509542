"""The limit of open files, and how many connections there may be."""

import socket
from contextlib import ExitStack
from pathlib import Path

import httpx

from portcullis import Portcullis

STRANGERS = 300


def answers_while_strangers_hold_connections(server: Portcullis) -> int:
    """How many of the strangers' connections are still open when somebody else has got an answer."""
    with ExitStack() as stack:
        strangers = []
        for number in range(STRANGERS):
            source = (f"127.0.9.{1 + number % 10}", 0)
            connection = socket.create_connection(("127.0.0.1", server.port), 10, source)
            strangers.append(stack.enter_context(connection))
        # Once a later one is answered, the server has seen them all.
        assert httpx.get(f"{server.origin}/ready", timeout=5).status_code == 200
        return sum(map(is_open, strangers))


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def warnings(server: Portcullis) -> list[str]:
    return [line for line in server.said if "WARN" in line or "server.max_connections" in line]


def test_more_connections_than_files_are_not_admitted_and_the_log_says_what_to_set(
    tmp_path: Path,
) -> None:
    many = {"PORTCULLIS_SERVER__MAX_CONNECTIONS": "5000"}
    with Portcullis(data=tmp_path, environment=many, ulimit="-n 256") as server:
        assert answers_while_strangers_hold_connections(server) < 256
    told = [line for line in warnings(server) if "is 5000" in line]
    assert len(told) == 1, server.said
    for text in ("limit of open files is 256", "ulimit -n", "to 5128 at least"):
        assert text in told[0]
    assert "cannot be accepted" not in "".join(server.said)


def test_the_limit_is_raised_as_far_as_anybody_may_raise_it(tmp_path: Path) -> None:
    some = {
        "PORTCULLIS_SERVER__MAX_CONNECTIONS": "600",
        "PORTCULLIS_SERVER__MAX_CONNECTIONS_PER_ADDRESS": "600",
    }
    with Portcullis(data=tmp_path, environment=some, ulimit="-S -n 200") as server:
        assert answers_while_strangers_hold_connections(server) == STRANGERS
    assert warnings(server) == []


def test_without_a_configured_number_there_are_as_many_as_fit(tmp_path: Path) -> None:
    with Portcullis(data=tmp_path, ulimit="-n 256") as server:
        assert answers_while_strangers_hold_connections(server) <= 128
    assert "cannot be accepted" not in "".join(server.said)
