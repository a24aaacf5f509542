"""PostgreSQL behind PgBouncer: served where a client keeps its connection, else refused with the way out."""

import os
import pwd
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import httpx

from portcullis import BINARY, Portcullis, free_port
from storages import on_postgresql

PGBOUNCER = "/usr/sbin/pgbouncer"


@contextmanager
def pooled(pool_mode: str) -> Iterator[str]:
    """The URL of a new database behind a PgBouncer as it comes, but for its mode."""
    direct = urlsplit(on_postgresql()["PORTCULLIS_STORAGE__URL"])
    port = free_port()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "users").write_text('"test" ""\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={direct.hostname} port={direct.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {folder}/users\npool_mode = {pool_mode}\n"
            "max_client_conn = 200\ndefault_pool_size = 30\n"
        )
        # It does not run as root.
        user = {"user": pwd.getpwnam("nobody").pw_uid} if os.getuid() == 0 else {}
        command = [PGBOUNCER, "--quiet", str(folder / "pgbouncer.ini")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user) as pooler:
            try:
                deadline = time.monotonic() + 10
                while not is_listening(port):
                    assert pooler.poll() is None and time.monotonic() < deadline
                    time.sleep(0.02)
                yield urlunsplit(direct._replace(netloc=f"test@127.0.0.1:{port}"))
            finally:
                pooler.terminate()


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_pooler_that_keeps_connections_is_served_through(tmp_path: Path) -> None:
    with pooled("session") as url:
        server = Portcullis(data=tmp_path, environment={"PORTCULLIS_STORAGE__URL": url})
        with server:
            wanted = {"redirect_uris": ["https://app.example/callback"]}
            for _ in range(20):
                answer = httpx.post(f"{server.origin}/oauth/register", json=wanted)
                assert answer.status_code == 201, answer.text


def test_a_pooler_that_does_not_is_named_with_what_to_change(tmp_path: Path) -> None:
    with pooled("transaction") as url:
        server = Portcullis(data=tmp_path, environment={"PORTCULLIS_STORAGE__URL": url})
        ended = subprocess.run(
            [BINARY, "serve"],
            cwd=tmp_path,
            env=server.settings,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 2, ended.stdout
    assert "pooler" in ended.stderr and "pool_mode = session" in ended.stderr, ended.stderr
