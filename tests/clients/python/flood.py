"""Strangers who send one request after another, from many addresses, while a test goes on."""

import asyncio
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from party import Party
from portcullis import ADA, Portcullis
from visitor import Visitor

# How often the person signs in while a flood lasts, at least: once could be luck.
TIMES = 5
MOST_TIMES = 200
# How long a person may have to wait while one lasts, in seconds. An optimised build is to be held to 2.
PATIENCE = float(os.environ.get("TEST_PATIENCE", "20"))

# A flood ends by itself, whatever becomes of the test.
MOST_SECONDS = 60
MOST_REQUESTS = 100_000


@dataclass(frozen=True)
class Flood:
    """One connection from each of so many loopback addresses, in a process of its own, so that it
    does not slow down the person who is measured."""

    server: Portcullis
    request: Callable[[int], bytes]
    addresses: int

    def __enter__(self) -> "Flood":
        context = multiprocessing.get_context("fork")
        stop, begun, counts = context.Event(), context.Event(), context.SimpleQueue()
        answered = context.Value("L", 0, lock=False)
        shared = (stop, begun, counts, answered)
        process = context.Process(target=self._run, args=shared, daemon=True)
        object.__setattr__(self, "_shared", (process, stop, counts, answered))
        process.start()
        assert begun.wait(30), "the flood has begun"
        return self

    def __exit__(self, *_) -> None:
        process, stop, counts, _ = self._shared
        stop.set()
        object.__setattr__(self, "answers", counts.get())
        process.join(30)

    @property
    def strangers(self) -> int:
        return self.addresses

    @property
    def so_far(self) -> int:
        """How many answers it has got, while it lasts."""
        return self._shared[3].value

    def _run(self, stop, begun, counts, answered) -> None:
        counts.put(asyncio.run(self._flow(stop, begun, answered)))

    async def _flow(self, stop, begun, answered) -> Counter:
        answers, loop = Counter(), asyncio.get_running_loop()
        end = loop.time() + MOST_SECONDS

        async def stranger(number: int) -> None:
            address = f"127.0.1.{1 + number % self.addresses}"
            while not stop.is_set() and loop.time() < end:
                with suppress(OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
                    await self._converse(address, answers, stop, answered)
                # Whoever is not let in tries again.
                await asyncio.sleep(0.01)

        loop.call_later(1, begun.set)
        await asyncio.gather(*(stranger(number) for number in range(self.strangers)))
        return answers

    async def _converse(self, address: str, answers: Counter, stop, answered) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.server.port, local_addr=(address, 0)
        )
        try:
            while not stop.is_set() and answers.total() < MOST_REQUESTS:
                writer.write(self.request(answers.total()))
                async with asyncio.timeout(5):
                    answers[await status_of(reader)] += 1
                answered.value = answers.total()
        finally:
            writer.close()


def the_right_person_gets_in(party: Party, flood: Flood, enough: int) -> None:
    """Somebody signs in again and again, until the strangers have got as far as `enough`; a client
    refreshes. Nobody waits long."""
    token = party.sign_in(Visitor(ADA))["refresh_token"]
    waits = []
    with flood:
        while len(waits) < TIMES or flood.so_far < enough:
            assert len(waits) < MOST_TIMES, f"{flood.so_far} times: this is no flood"
            began = time.monotonic()
            party.authorize(Visitor(ADA))
            waits.append(time.monotonic() - began)
        began = time.monotonic()
        refreshed = party.token("refresh_token", refresh_token=token)
        waits.append(time.monotonic() - began)
    assert refreshed.status_code == 200, refreshed.text
    assert max(waits) < PATIENCE, f"{waits} s, during {flood.answers}"


async def status_of(reader: asyncio.StreamReader) -> int:
    """Reads one answer, and returns its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    length = [line for line in head.split("\r\n") if line.startswith("content-length:")]
    if length:
        await reader.readexactly(int(length[0].split(":")[1]))
    return status


def get(path: str) -> bytes:
    """A request that a page could be the answer to."""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html\r\n\r\n".encode()


def post(path: str, kind: str, body: bytes, headers: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {kind}\r\n{headers}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
