"""The database and the folder it is in: what is found, what is made, and what is noticed."""

import errno
import re
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from party import Party
from portcullis import BINARY, Portcullis, free_port

# How long the server may take to notice something.
NOTICE = 20


def run(server: Portcullis, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [BINARY, *command],
        cwd=server.data,
        env=server.settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + NOTICE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def server(tmp_path: Path) -> Portcullis:
    """A server that has not been started."""
    return Portcullis(data=tmp_path)


@pytest.fixture
def used(server: Portcullis) -> Portcullis:
    """A server that was started once."""
    with server:
        pass
    return server


@pytest.mark.parametrize("command", [["user", "list"], ["client", "list"], ["user", "add", "zoe"]])
def test_a_command_makes_no_database(server: Portcullis, command: list[str]) -> None:
    server.environment["PORTCULLIS_DATA_DIR"] = None
    ended = run(server, *command)
    assert ended.returncode == 2, ended.stdout
    assert "there is no database at data/portcullis.db" in ended.stderr
    assert "portcullis serve" in ended.stderr
    assert list(server.data.iterdir()) == []


@pytest.mark.parametrize("left", ["master.key", "portcullis.db-reserve"])
def test_no_database_is_made_in_place_of_a_lost_one(used: Portcullis, left: str) -> None:
    for path in list(used.data.iterdir()):
        if path.name != left:
            path.unlink()
    ended = run(used, "serve")
    assert ended.returncode == 2, ended.stdout
    assert str(used.data / left) in ended.stderr
    assert "--new-database" in ended.stderr
    assert [path.name for path in used.data.iterdir()] == [left]
    with subprocess.Popen(
        [BINARY, "serve", "--new-database"], cwd=used.data, env=used.settings, text=True
    ) as process:
        assert soon(lambda: is_ready(used)), "the operator may want that"
        process.terminate()
    with used:
        pass


def is_ready(server: Portcullis) -> bool:
    try:
        return httpx.get(f"{server.origin}/ready").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("name", "mode"), [("master.key", 0o644), ("portcullis.db", 0o666)])
def test_what_strangers_can_read_or_write_is_not_used(
    used: Portcullis, name: str, mode: int
) -> None:
    file = used.data / name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(mode)
    ended = run(used, "serve")
    assert ended.returncode == 2, ended.stdout
    assert f"chmod 600 {file}" in ended.stderr
    file.chmod(0o600)
    with used:
        pass


def test_of_several_first_starts_at_once_one_makes_what_all_use(server: Portcullis) -> None:
    others = [server, *(Portcullis(data=server.data, port=free_port()) for _ in range(3))]
    processes = [
        subprocess.Popen(
            [BINARY, "serve"],
            cwd=other.data,
            env=other.settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for other in others
    ]
    try:
        for other, process in zip(others, processes):
            deadline = time.monotonic() + 60
            while not is_ready(other):
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        published = {httpx.get(f"{other.origin}/.well-known/jwks.json").text for other in others}
        assert len(published) == 1, "they have the same keys"
        with closing(sqlite3.connect(server.data / "portcullis.db")) as database:
            assert database.execute("select count(*) from users").fetchone() == (1,)
            keys = "select algorithm, count(*) from signing_keys group by algorithm"
            assert all(count == 1 for _, count in database.execute(keys))
    finally:
        for process in processes:
            process.terminate()
            process.communicate(timeout=30)


def test_a_database_that_was_deleted_is_noticed(server: Portcullis) -> None:
    with server:
        party = Party.register(server)
        (server.data / "portcullis.db").unlink()
        assert soon(lambda: httpx.get(f"{server.origin}/ready").status_code == 503)
        assert httpx.get(f"{server.origin}/ready").json() == {"status": "storage_replaced"}
        wanted = {"redirect_uris": party.registration["redirect_uris"]}
        answer = httpx.post(f"{server.origin}/oauth/register", json=wanted)
        assert answer.status_code == 503, answer.text
        assert httpx.get(f"{server.origin}/livez").status_code == 200
    said = "".join(server.said)
    assert "the database file was deleted or replaced" in said
    assert len(re.findall("the database cannot be used", said)) == 1, said
    assert not (server.data / "portcullis.db").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MiB. Only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_is_full_stops_writing_until_there_is_space(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with Portcullis(data=small_disk) as server:
        wanted = {"redirect_uris": ["https://app.example/callback"]}

        def ready() -> dict:
            return httpx.get(f"{server.origin}/ready").json()

        def register() -> int:
            return httpx.post(f"{server.origin}/oauth/register", json=wanted).status_code

        assert register() == 201
        fill(ballast)
        assert soon(lambda: register() == 503)
        assert soon(lambda: ready() == {"status": "storage_full"})
        assert httpx.get(f"{server.origin}/.well-known/jwks.json").status_code == 200
        ballast.unlink()
        assert soon(lambda: ready() == {"status": "ok"}), "nobody has to restart anything"
        assert register() == 201
    said = "".join(server.said)
    assert said.count("the disk that holds the database is full: nothing is written") == 1, said


def fill(ballast: Path) -> None:
    """Leaves nothing of the disk."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC


def test_everything_that_is_made_is_its_owners(used: Portcullis) -> None:
    for path in used.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
