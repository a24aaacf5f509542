"""A stated number of requests, many at a time on each connection, from many addresses: what a flood
leaves behind can be counted afterwards."""

import re
import selectors
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from portcullis import Portcullis

# So many requests of a connection are under way at once: sending them costs less than answering.
TOGETHER = 20

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass
class Stranger:
    """One connection, from an address of its own, and what is under way on it."""

    connection: socket.socket
    to_send: bytes = b""
    waiting: int = 0
    arrived: bytearray = field(default_factory=bytearray)

    def send(self) -> None:
        try:
            self.to_send = self.to_send[self.connection.send(self.to_send) :]
        except BlockingIOError:
            pass

    def receive(self, answers: Counter) -> None:
        """Counts the answers that are complete, by status."""
        piece = self.connection.recv(1 << 18)
        assert piece, "the server hangs up on nobody who behaves"
        self.arrived += piece
        while (end := self.arrived.find(b"\r\n\r\n")) >= 0:
            head = self.arrived[: end + 4]
            length = LENGTH.search(head)
            assert length, head
            whole = end + 4 + int(length[1])
            if len(self.arrived) < whole:
                break
            answers[int(head[9:12])] += 1
            self.waiting -= 1
            del self.arrived[:whole]


def torrent(
    server: Portcullis, request: Callable[[int], bytes], total: int, addresses: int
) -> Counter:
    """Sends `total` requests from so many loopback addresses, and returns how often each status came."""
    answers, sent = Counter(), 0
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for number in range(addresses):
            source = (f"127.0.5.{1 + number}", 0)
            connection = socket.create_connection(("127.0.0.1", server.port), 10, source)
            stack.enter_context(connection)
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_WRITE, Stranger(connection))
        while answers.total() < total:
            ready = selector.select(30)
            assert ready, f"nothing happens any more after {answers}"
            for key, events in ready:
                stranger = key.data
                if events & selectors.EVENT_READ:
                    stranger.receive(answers)
                if not stranger.waiting and not stranger.to_send:
                    numbers = range(sent, min(sent + TOGETHER, total))
                    stranger.to_send = b"".join(map(request, numbers))
                    stranger.waiting, sent = len(numbers), numbers.stop
                if stranger.to_send:
                    stranger.send()
                wanted = selectors.EVENT_WRITE if stranger.to_send else 0
                selector.modify(key.fileobj, wanted | selectors.EVENT_READ, stranger)
    return answers
