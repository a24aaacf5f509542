"""What 100,000 requests of a kind that nobody signed in for leave behind: rows, bytes on the disk, memory
and log. The limits are as they come; each bound is derived from them."""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from flood import get, post
from party import REDIRECT_URI, Party
from portcullis import NO_LIMITS, Portcullis
from torrent import torrent

MANY = 100_000
# From so many addresses: enough for each limit to be reached, and for more clients than are kept.
SOME, MORE = 10, 60
AS_THEY_COME = dict.fromkeys(NO_LIMITS)

# `limits.authorization`, `limits.registration`: what one address has at once, and then in an hour.
AUTHORIZATIONS = (600, 6_000)
REGISTRATIONS = (200, 200)
# `registration.unused_maximum`; it is looked whether there are more after each 256 registrations.
UNUSED_CLIENTS = 10_000 + 256
# `audit.refusals_in_all`, of an hour, and of the next if that begins meanwhile; and one summary for each
# kind and source, of which 200 are told apart. Successes of strangers are another kind.
REFUSALS = SUCCESSES = 2 * (1_000 + 200)
# One row of the audit record with its share of the indexes, in bytes, and its line in the log.
EVENT, LINE = 1_000, 400
# What the server may write about itself meanwhile, in a table of which nothing else is said here.
OWN_ROWS = 10

MIB = 1 << 20
# SQLite's write-ahead log is moved into the database at 16 MB, and cut to 32 MiB when it was longer; a
# server that cannot move it warns at 64 MiB.
LOG_OF_WRITES = 64 * MIB
# 32 MiB of bodies under way, 15 MB of counts by address, and of each connection what is read ahead and what
# is being answered, 64 KiB each; the rest is what an allocator keeps.
MEMORY = 64 * MIB


@dataclass
class Traces:
    """What there is of a server."""

    rows: Counter = field(default_factory=Counter)
    disk: int = 0
    memory: int = 0
    log: int = 0

    @classmethod
    def of(cls, server: Portcullis) -> "Traces":
        status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
        (resident,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        kept = [path for path in server.data.iterdir() if path.name.startswith("portcullis.db")]
        return cls(
            rows=rows(server),
            disk=sum(path.stat().st_size for path in kept),
            memory=int(resident.split()[1]) * 1024,
            log=sum(map(len, server.said)),
        )


def rows(server: Portcullis) -> Counter:
    """How many rows every table has."""
    with closing(sqlite3.connect(server.data / "portcullis.db")) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        count = "select count(*) from "
        return Counter({name: database.execute(count + name).fetchone()[0] for (name,) in names})


def allowed(limit: tuple[int, int], since: float) -> float:
    """How many requests an address may have made."""
    burst, hourly = limit
    return burst + hourly * (time.monotonic() - since) / 3600 + 1


@contextmanager
def bounded(server: Portcullis, **may_grow: tuple[float, int]) -> Iterator[None]:
    """Nothing grows but these tables, each by so many rows of so many bytes, and what comes of that."""
    before = Traces.of(server)
    yield
    after = Traces.of(server)
    grown = after.rows - before.rows
    for table, count in grown.items():
        most, _ = may_grow.get(table, (OWN_ROWS, 0))
        assert count <= most, f"{table} by {count}: {grown}"
    data = sum(most * size for most, size in may_grow.values())
    assert after.disk - before.disk <= data + LOG_OF_WRITES, f"{after.disk - before.disk} bytes"
    assert after.memory - before.memory <= MEMORY, f"{after.memory - before.memory} bytes"
    lines, _ = may_grow["audit_events"]
    assert after.log - before.log <= lines * LINE, f"{after.log - before.log} bytes"


@pytest.fixture
def server() -> Iterator[Portcullis]:
    with Portcullis(environment=AS_THEY_COME) as server:
        yield server


def authorization(party: Party) -> bytes:
    """A request in which everything is as long as it may be. One for all: making them takes a while."""
    filler = " ".join(f"scope-{number:03}" for number in range(203))
    asked = {
        "state": "s" * (2800 - len(REDIRECT_URI)),
        "nonce": "n" * 1024,
        "login_hint": "l" * 320,
        "scope": f"openid {filler}",
    }
    url = httpx.URL(party.authorization_url(code_challenge="A" * 43, **asked))
    return get(url.raw_path.decode())


def sign_in_page(server: Portcullis) -> bytes:
    """Where `GET /login` leads."""
    onward = httpx.get(f"{server.origin}/login").headers["location"]
    return get(httpx.URL(server.origin).join(onward).raw_path.decode())


def registration(number: int) -> bytes:
    """One in a hundred is as large as the body may be."""
    metadata = {
        "client_name": f"{number} " * 20,
        "redirect_uris": [f"https://{number}.example/{'x' * 500}"],
        "token_endpoint_auth_method": "none",
    }
    if number % 100 == 0:
        metadata["redirect_uris"] += [f"https://{n}.example/{'x' * 1250}" for n in range(49)]
    return post("/oauth/register", "application/json", json.dumps(metadata).encode())


@pytest.mark.parametrize(
    ("kind", "many"), [("authorization requests", MANY), ("sign-in pages", MANY // 4)]
)
def test_what_nobody_has_signed_in_for_is_not_stored(
    server: Portcullis, kind: str, many: int
) -> None:
    asked = authorization(Party.register(server)) if "requests" in kind else sign_in_page(server)
    with bounded(server, audit_events=(REFUSALS, EVENT)):
        began = time.monotonic()
        answers = torrent(server, lambda _: asked, many, SOME)
    assert set(answers) == {200, 429}, answers
    assert answers[200] <= SOME * allowed(AUTHORIZATIONS, since=began), answers


def test_registrations_that_nobody_uses_do_not_add_up(server: Portcullis) -> None:
    began, registered = time.monotonic(), MORE * REGISTRATIONS[0] * 1.1
    mean = sum(len(registration(number)) for number in range(1000)) // 1000
    # That some were registered, and that many were forgotten again: once for every 256 of them.
    events = REFUSALS + SUCCESSES + registered / 256
    with bounded(
        server,
        clients=(UNUSED_CLIENTS, 2 * mean),
        audit_events=(events, EVENT),
        news=(registered, EVENT),
    ):
        answers = torrent(server, registration, MANY, MORE)
    assert set(answers) == {201, 429}, answers
    assert UNUSED_CLIENTS < answers[201] <= MORE * allowed(REGISTRATIONS, since=began), answers
