"""PostgreSQL is restarted under the server. Nobody who comes afterwards is told of it."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from portcullis import Portcullis, free_port

# As many as the server has connections.
MANY = 16


@dataclass
class Database:
    """A PostgreSQL of its own."""

    bin: str
    data: Path
    port: int

    def run(self, command: str, *arguments: str) -> None:
        # It does not run as root.
        user = {"user": pwd.getpwnam("nobody").pw_uid} if os.getuid() == 0 else {}
        subprocess.run(
            [f"{self.bin}/{command}", f"--pgdata={self.data}/data", *arguments],
            cwd=self.data,
            check=True,
            stdout=subprocess.DEVNULL,
            **user,
        )

    def control(self, action: str, *arguments: str) -> None:
        options = f"-p {self.port} -k {self.data} -h 127.0.0.1 -c fsync=off"
        log = f"--log={self.data}/log"
        self.run("pg_ctl", action, "--wait", "--silent", log, f"--options={options}", *arguments)


@pytest.fixture
def database() -> Iterator[Database]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        database = Database(sorted(glob("/usr/lib/postgresql/*/bin"))[-1], folder, free_port())
        database.run("initdb", "--username=test", "--auth=trust", "--no-sync")
        database.control("start")
        yield database
        database.run("pg_ctl", "stop", "--mode=immediate", "--silent")


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_nobody_is_refused_after_a_restart(database: Database, mode: str) -> None:
    url = f"postgres://test@127.0.0.1:{database.port}/postgres"
    with (
        Portcullis(environment={"PORTCULLIS_STORAGE__URL": url}) as server,
        httpx.Client(base_url=server.origin, timeout=30) as http,
        ThreadPoolExecutor(MANY) as pool,
    ):

        def register(number: int) -> int:
            wanted = {"redirect_uris": [f"https://app.example/{number}"]}
            return http.post("/oauth/register", json=wanted).status_code

        for _ in range(3):
            assert set(pool.map(register, range(MANY))) == {201}
            database.control("restart", f"--mode={mode}")
            assert set(pool.map(register, range(4 * MANY))) == {201}
            assert http.get("/ready").status_code == 200
