"""`kill -9` at any moment: what was answered stays true after the next start."""

import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from party import Answer, Party
from portcullis import ADA, Portcullis
from storages import STORAGES
from visitor import Visitor

ROUNDS = {"SQLite": 20, "PostgreSQL": 5}


@dataclass
class Book:
    """What the server has acknowledged, and nothing else."""

    clients: list[Party] = field(default_factory=list)
    access_tokens: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)
    spent_codes: list[Answer] = field(default_factory=list)
    codes: list[Answer] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many there are; none while there is nothing of some kind."""
        kinds = [len(kind) for kind in vars(self).values()]
        return sum(kinds) if all(kinds) else 0


class Load:
    """Clients that keep the server busy, each in its own thread, until it is gone."""

    def __init__(self, server: Portcullis, visitor: Visitor, kill_after: int) -> None:
        self.server = server
        self.visitor = visitor
        self.party = Party.register(server)
        self.reached = threading.Event()
        self.kill_after = kill_after
        self.book = Book(refresh_tokens=[self.party.sign_in(visitor)["refresh_token"]])

    def run_until_killed(self) -> Book:
        work = [
            self.register,
            self.issue,
            self.issue_and_revoke,
            self.refresh,
            self.redeem,
            self.authorize,
        ]
        threads = [threading.Thread(target=self.repeat, args=(step,)) for step in work]
        for thread in threads:
            thread.start()
        assert self.reached.wait(timeout=60), "the server answers"
        self.server.end(signal.SIGKILL)
        for thread in threads:
            thread.join()
        return self.book

    def repeat(self, step: Callable[[], None]) -> None:
        while True:
            try:
                step()
            except httpx.TransportError:
                return
            if self.book.entries >= self.kill_after:
                self.reached.set()

    def register(self) -> None:
        self.book.clients.append(Party.register(self.server))

    def issue(self) -> None:
        self.book.access_tokens.append(self.token())

    def issue_and_revoke(self) -> None:
        token = self.token()
        assert self.party.post("/oauth/revoke", token=token).status_code == 200
        self.book.revoked.append(token)

    def refresh(self) -> None:
        answer = self.party.token("refresh_token", refresh_token=self.book.refresh_tokens[-1])
        assert answer.status_code == 200, answer.text
        self.book.refresh_tokens.append(answer.json()["refresh_token"])
        self.book.access_tokens.append(answer.json()["access_token"])

    def redeem(self) -> None:
        answer = self.party.authorize(self.visitor)
        assert self.party.redeem(answer).status_code == 200
        self.book.spent_codes.append(answer)

    def authorize(self) -> None:
        self.book.codes.append(self.party.authorize(self.visitor))

    def token(self) -> str:
        answer = self.party.token("client_credentials")
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


def holds(party: Party, visitor: Visitor, book: Book) -> None:
    """Everything in the book is still true."""
    # First, because the grace for an answer that was lost is short.
    refreshed = party.token("refresh_token", refresh_token=book.refresh_tokens[-1])
    assert refreshed.status_code == 200, f"a rotation is lost: {refreshed.text}"
    for client in book.clients:
        assert client.token("client_credentials").status_code == 200, "a registration is lost"
    for token in book.access_tokens:
        assert party.is_active(token), "a token is lost"
    for token in book.revoked:
        assert not party.is_active(token), "a revocation is lost"
    silent = party.authorize(visitor, prompt="none")
    assert "code" in silent.query, f"a session or a consent is lost: {silent.query}"
    for answer in book.codes:
        assert party.redeem(answer).status_code == 200, "a code is lost"
    for answer in book.codes + book.spent_codes:
        again = party.redeem(answer)
        assert again.status_code == 400, "a code is spent twice"
        assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("storage", "seed"),
    [(storage, seed) for storage, rounds in ROUNDS.items() for seed in range(rounds)],
)
def test_what_was_answered_stays_true(storage: str, seed: int) -> None:
    server, visitor = Portcullis(environment=STORAGES[storage]()), Visitor(ADA)
    with server:
        load = Load(server, visitor, kill_after=random.Random(seed).randint(20, 200))
        book = load.run_until_killed()
    with server:
        holds(load.party, visitor, book)
