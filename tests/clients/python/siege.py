"""Strangers who hold what they have got, from many addresses, while a test goes on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from flood import Flood, status_of


@dataclass(frozen=True)
class Siege(Flood):
    """So many connections from each address. On each, `request` is sent in pieces, a while apart, and
    never to its end. Whoever is cut off comes back. How far it has got is counted in connections."""

    request: Callable[[int], Iterable[bytes]]
    each: int = 1

    # How long nothing is sent between two pieces, and after the last.
    PAUSE = 1.0

    @property
    def strangers(self) -> int:
        return self.addresses * self.each

    async def _converse(self, address: str, answers: Counter, stop, so_far) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.server.port, local_addr=(address, 0)
        )
        # Otherwise a piece would count as sent while it is still here.
        writer.transport.set_write_buffer_limits(0)
        try:
            for at, piece in enumerate(self.request(so_far.value)):
                writer.write(piece)
                await writer.drain()
                so_far.value += at == 0
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.PAUSE):
                        answers[await status_of(reader)] += 1
                        return
                if stop.is_set():
                    return
        finally:
            writer.close()
