"""While strangers hold all that they can get, the right person signs in and a client refreshes."""

import pytest

from flood import the_right_person_gets_in
from party import Party
from portcullis import Portcullis
from siege import Siege
from storages import STORAGES

ADDRESSES = 200
# The largest body that is taken.
LARGEST = 64 * 1024
# So many files may be open: fewer than the strangers want connections.
FILES = 728
FORM = "application/x-www-form-urlencoded"

BODIES = {
    "/oauth/token": FORM,
    "/oauth/authorize": FORM,
    "/oauth/register": "application/json",
}


def unfinished(path: str) -> list[bytes]:
    """All of a large request but its last byte."""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {BODIES[path]}\r\n"
    return [f"{head}content-length: {LARGEST}\r\n\r\n".encode() + b"x" * (LARGEST - 1), b"", b""]


def byte_by_byte(_: int) -> list[bytes]:
    return [bytes([byte]) for byte in b"GET /oauth/authorize HTTP/1.1\r\nhost: x\r\n"]


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("path", BODIES)
def test_the_right_person_gets_in_while_bodies_do_not_end(storage: str, path: str) -> None:
    """Together they are more than the 32 MiB that all bodies may take."""
    request = unfinished(path)
    with Portcullis(environment=STORAGES[storage]()) as server:
        siege = Siege(server, lambda _: request, ADDRESSES, each=3)
        the_right_person_gets_in(Party.register(server), siege, 3 * siege.strangers)


@pytest.mark.parametrize("storage", STORAGES)
def test_the_right_person_gets_in_while_all_connections_are_held(storage: str) -> None:
    """Whatever number is configured, the limit of open files bounds it. No time limit helps here."""
    settings = {
        "PORTCULLIS_SERVER__MAX_CONNECTIONS": "5000",
        "PORTCULLIS_SERVER__HEAD_TIMEOUT": "60s",
        **STORAGES[storage](),
    }
    with Portcullis(environment=settings, ulimit=f"-n {FILES}") as server:
        siege = Siege(server, byte_by_byte, ADDRESSES, each=4)
        the_right_person_gets_in(Party.register(server), siege, 3 * siege.strangers)
