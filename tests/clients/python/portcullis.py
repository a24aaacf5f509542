"""Starts the real server, with a data folder of its own, and stops exactly that process."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

BINARY = os.environ.get(
    "TEST_SERVER_BINARY",
    str(Path(__file__).parents[3] / "target" / "debug" / "portcullis"),
)

# Making an RSA key takes a debug build some seconds.
START_LIMIT = 60


# All tests come from one address.
NO_LIMITS = {
    f"PORTCULLIS_LIMITS__{limit}": "1000000 + 1000000/h"
    for limit in ("REGISTRATION", "AUTHORIZATION", "CLIENT_FAILURES")
}


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    username: str
    password: str


ADA = Person("ada", "correct horse battery staple")


@dataclass
class Portcullis:
    """A server, which may be stopped and started again on the same data."""

    data: Path = field(default_factory=lambda: new_folder())
    port: int = field(default_factory=lambda: free_port())
    # What to set besides, or (with None) not to set.
    environment: dict[str, str | None] = field(default_factory=dict)
    issuer_path: str = ""
    # What the shell's `ulimit` is to set before a start, such as `-n 256`.
    ulimit: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return self.origin + self.issuer_path

    @property
    def metadata(self) -> dict:
        """What it says about itself (RFC 8414)."""
        well_known = "/.well-known/oauth-authorization-server" + self.issuer_path.rstrip("/")
        return httpx.get(self.origin + well_known).raise_for_status().json()

    @property
    def machine_access(self) -> str:
        """What clients that registered themselves may have without a person."""
        return (
            '{grant_types=["client_credentials"],'
            f'resources=["{self.issuer}"],scope="reports"}}'
        )

    @property
    def settings(self) -> dict[str, str]:
        """The environment it is started with, and nothing of ours besides."""
        settings = {
            "PATH": os.environ["PATH"],
            "PORTCULLIS_SERVER__ADDRESS": f"127.0.0.1:{self.port}",
            "PORTCULLIS_SERVER__ISSUER": self.issuer,
            "PORTCULLIS_DATA_DIR": str(self.data),
            "PORTCULLIS_BOOTSTRAP__USERNAME": ADA.username,
            "PORTCULLIS_BOOTSTRAP__PASSWORD": ADA.password,
            **NO_LIMITS,
            "PORTCULLIS_REGISTRATION__MACHINE_ACCESS": self.machine_access,
            **self.environment,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def __enter__(self) -> "Portcullis":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        """Returns when it is ready."""
        limited = ["sh", "-c", f'ulimit {self.ulimit} && exec "$0" "$@"'] if self.ulimit else []
        self.process = subprocess.Popen(
            [*limited, BINARY, "serve"],
            cwd=self.data,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.listener = threading.Thread(target=self._listen, args=(self.process.stdout,))
        self.listener.start()
        self._until_ready()

    def end(self, how: signal.Signals) -> int:
        """Sends a signal to exactly this process and waits for its end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        self.listener.join()
        return code

    def _listen(self, stream) -> None:
        self.said.extend(stream)

    def _until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end(signal.SIGKILL)
                raise RuntimeError("the server did not start: " + "".join(self.said))
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/ready").status_code == 200
        except httpx.TransportError:
            return False


def new_folder() -> Path:
    """A folder that is gone when the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix="portcullis-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
