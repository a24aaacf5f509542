"""A server that cannot start says why in one sentence, ends with 2, and damages nothing."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from portcullis import BINARY, Portcullis
from storages import STORAGES

# Nobody's, on every Unix.
NOBODY = 65534


def run(
    server: Portcullis, *command: str, binary: str = BINARY, **how
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binary, *(command or ("serve",))],
        cwd=how.pop("cwd", server.data),
        env=server.settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        **how,
    )


def refused(ended: subprocess.CompletedProcess, *names: str) -> None:
    """One sentence that names the thing."""
    assert ended.returncode == 2, ended.stdout + ended.stderr
    said = ended.stderr.strip()
    assert len(said.splitlines()) == 1, said
    assert "panicked" not in said
    for name in names:
        assert name in said, said


def database(server: Portcullis) -> Path:
    """The database that a server has made."""
    with server:
        pass
    made = [path for path in server.data.iterdir() if b"SQLite format 3" in path.read_bytes()[:16]]
    assert len(made) == 1, made
    with closing(sqlite3.connect(made[0])) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return made[0]


@pytest.fixture
def server(tmp_path: Path) -> Portcullis:
    """A server that has not been started."""
    return Portcullis(data=tmp_path)


def test_a_port_that_is_taken_is_named(server: Portcullis) -> None:
    with socket.create_server(("127.0.0.1", server.port)):
        refused(run(server), f"127.0.0.1:{server.port}")


def test_a_port_that_is_taken_leaves_no_data_folder_behind(
    server: Portcullis, tmp_path: Path
) -> None:
    for folder in (tmp_path / "data", None):
        server.environment["PORTCULLIS_DATA_DIR"] = folder and str(folder)
        with socket.create_server(("127.0.0.1", server.port)):
            refused(run(server, cwd=tmp_path), f"127.0.0.1:{server.port}")
        assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_is_named(server: Portcullis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server.data = tmp_path / "file" / "data"
    refused(run(server, cwd=tmp_path), str(server.data))
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("storage", STORAGES)
def test_a_server_that_keeps_everything_elsewhere_needs_no_data_folder(
    server: Portcullis, storage: str
) -> None:
    (server.data / "file").write_text("in the way")
    server.environment = {
        "PORTCULLIS_DATA_DIR": str(server.data / "file" / "data"),
        "PORTCULLIS_MASTER_KEY": "5c" * 32,
        "PORTCULLIS_STORAGE__URL": f"sqlite:{server.data}/elsewhere.db",
        **STORAGES[storage](),
    }
    with server:
        assert server.metadata["issuer"] == server.issuer
    del server.environment["PORTCULLIS_MASTER_KEY"]
    refused(run(server), server.environment["PORTCULLIS_DATA_DIR"])


def test_a_data_folder_that_is_not_ours_to_write_is_named(server: Portcullis) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server.data = folder / "data"
        server.data.mkdir(0o555)
        # Root may write anywhere, and nobody may not look into root's folders.
        user = {"user": NOBODY} if os.getuid() == 0 else {}
        binary = shutil.copy(BINARY, folder)
        refused(run(server, binary=binary, cwd="/", **user), str(server.data))
        assert list(server.data.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "value", "names"),
    [
        ("PORTCULLIS_SERVER__ADRESS", "127.0.0.1:1", ["adress"]),
        ("PORTCULLIS_SERVRE__ADDRESS", "127.0.0.1:1", ["servre"]),
        ("PORTCULLIS_SERVER__ADDRESS", "not an address", ["address"]),
        ("PORTCULLIS_SERVER__ISSUER", "not a URL", ["issuer"]),
        ("PORTCULLIS_SERVER__ISSUER", "https://id.example/#fragment", ["issuer"]),
        ("PORTCULLIS_SERVER__ISSUER", "http://id.example", ["issuer", "https"]),
        ("PORTCULLIS_SIGNING__ALGORITHM", "HS256", ["signing.algorithm"]),
        ("PORTCULLIS_SIGNING__ID_TOKEN_ALGORITHM", "none", ["signing.id_token_algorithm"]),
        ("PORTCULLIS_BOOTSTRAP__PASSWORD", "seven77", ["bootstrap.password", "8 characters"]),
        ("PORTCULLIS_LIFETIMES__INTERACTION", "86401s", ["lifetimes.interaction", "a day"]),
        ("PORTCULLIS_FETCH__TIMEOUT", "0s", ["fetch.timeout"]),
        ("PORTCULLIS_FETCH__TIMEOUT", "75s", ["server.idle_timeout", "fetch.timeout"]),
        ("PORTCULLIS_SERVER__IDLE_TIMEOUT", "4s", ["server.idle_timeout", "5 seconds"]),
        ("PORTCULLIS_STORAGE__URL", "mysql://localhost/portcullis", ["storage.url"]),
        ("PORTCULLIS_LIMITS__PASSWORDS_AT_ONCE", "0", ["limits.passwords_at_once", "1 at least"]),
        ("PORTCULLIS_LIMITS__PASSWORDS_AT_ONCE", "257", ["limits.passwords_at_once", "256 at most"]),
        ("PORTCULLIS_LIMITS__PASSWORDS_WAITING", "0", ["limits.passwords_waiting", "1 at least"]),
        ("PORTCULLIS_LIMITS__PASSWORDS_WAITING", "10001", ["limits.passwords_waiting", "10000"]),
        ("PORTCULLIS_LIMITS__BODY_MEMORY", "0", ["limits.body_memory", "1 at least"]),
        ("PORTCULLIS_LIMITS__BODY_MEMORY", "4097", ["limits.body_memory", "4096 at most"]),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_named(
    server: Portcullis, setting: str, value: str, names: list[str]
) -> None:
    server.environment[setting] = value
    for command in ("serve", "check-config"):
        refused(run(server, command), *names)
    assert list(server.data.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            '[registration]\nmode = "token"\ninitial_access_tokens = ["'
            f'{"x" * 32}", "{"x" * 31}"]',
            ["registration.initial_access_tokens", "32 characters"],
        ),
        (
            f'[[clients]]\nid = "app"\nsecret = "{"x" * 31}"',
            ["clients.app.secret", "32 characters"],
        ),
        (f'[[clients]]\nid = "{"x" * 2049}"', ["clients.x", "2048"]),
        (
            '[[resources]]\nuri = "https://a.example"\n'
            '[[clients]]\nid = "app"\nredirect_uris = ["https://c.example/"]\n'
            'resources = ["https://b.example"]',
            ["clients.app.resources", "https://b.example"],
        ),
        (
            '[[clients]]\nid = "app"\nredirect_uris = ["https://c.example/"]\n'
            'refresh_idle_lifetime = "400days"',
            ["clients.app", "refresh_idle_lifetime"],
        ),
        (
            '[[clients]]\nid = "app"\nredirect_uris = ["http://127.0.0.1:1/oauth/authorize/cb"]',
            ["clients.app.redirect_uris", "/oauth/authorize", "cookies"],
        ),
        (
            '[[clients]]\nid = "app"\nredirect_uris = ["https://c.example/"]\n'
            'post_logout_redirect_uris = ["http://127.0.0.1:1/oauth/authorize"]',
            ["clients.app.post_logout_redirect_uris", "cookies"],
        ),
        (
            '[[clients]]\nid = "app"\nredirect_uris = ["https://c.example/"]\nlogo_uri = "logo.png"',
            ["clients.app", "logo_uri"],
        ),
        ('[server]\nallowed_origins = ["app.example"]', ["server.allowed_origins", "app.example"]),
        ('[tokens.scopes]\n"read write" = "Two"', ["tokens.scopes", "`read write`"]),
        ('[tokens.scopes]\n"" = "None"', ["tokens.scopes", "``"]),
        ('[tokens.scopes]\n"pök" = "Play"', ["tokens.scopes", "`pök`"]),
        (
            '[[resources]]\nuri = "https://a.example"\nscopes = { " read" = "Read" }',
            ["resources.https://a.example.scopes", "` read`"],
        ),
        (
            '[tokens]\ndefault_scope = "openid tools"\nscopes = { tool = "Use the tool" }',
            ["tokens.default_scope", "`tools`", "tokens.scopes"],
        ),
    ],
)
def test_a_file_that_cannot_be_meant_is_named(
    server: Portcullis, text: str, names: list[str]
) -> None:
    (server.data / "portcullis.toml").write_text(text)
    for command in ("serve", "check-config"):
        refused(run(server, command), *names)
    assert [path.name for path in server.data.iterdir()] == ["portcullis.toml"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[lifetimes]\naccess_token = "31days"', ["lifetimes.access_token", "30 days at most"]),
        ('[lifetimes]\nsession = "400years"', ["lifetimes.session", "ten years at most"]),
        ('[lifetimes]\nrefresh_grace = "2h"', ["lifetimes.refresh_grace", "an hour at most"]),
        ('[lifetimes]\ncode = 60', ["lifetimes.code", 'such as "90s"']),
        ('[storage]\nurl = "sqlite:nowhere/p.db"', ["storage.url", "nowhere", "does not exist"]),
        (
            '[registration]\nmode = "approved_redirects"',
            ["registration.approved_redirects", "needs one at least"],
        ),
    ],
)
def test_a_value_beyond_reason_is_named(server: Portcullis, text: str, names: list[str]) -> None:
    (server.data / "portcullis.toml").write_text(text)
    for command in ("serve", "check-config"):
        refused(run(server, command), *names)
    assert [path.name for path in server.data.iterdir()] == ["portcullis.toml"]


def test_every_mistake_is_told_at_once(server: Portcullis) -> None:
    file = server.data / "portcullis.toml"
    file.write_text('[server]\nisuer = "x"\nidle_timeout = 5\n[lifetimes]\ncode = "soon"\n')
    ended = run(server, "check-config")
    assert ended.returncode == 2
    for name in ("3 mistakes", "server.isuer", "server.idle_timeout", "lifetimes.code"):
        assert name in ended.stderr, ended.stderr
    file.write_text(
        '[signing]\nalgorithm = "none"\n[lifetimes]\ncode = "1h"\nsession = "0s"\n'
        '[[clients]]\nid = "a"\nsecret = "short"\n[[clients]]\nid = "b"\ngrant_types = ["magic"]\n'
    )
    ended = run(server, "check-config")
    assert ended.returncode == 2
    named = ["signing.algorithm", "lifetimes.code", "lifetimes.session", "clients.a", "clients.b"]
    for name in ("5 mistakes", *named):
        assert name in ended.stderr, ended.stderr


def test_a_secret_that_basic_would_change_is_pointed_out(server: Portcullis) -> None:
    file = server.data / "portcullis.toml"
    secret = "Zm9v+YmFy/cXV4+Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4"
    post = 'auth_method = "client_secret_post"'
    file.write_text(
        f'[[clients]]\nid = "basic"\nredirect_uris = ["https://a.example/"]\nsecret = "{secret}"\n'
        f'[[clients]]\nid = "post"\nredirect_uris = ["https://a.example/"]\nsecret = "{secret}"\n{post}\n'
    )
    ended = run(server, "check-config")
    assert ended.returncode == 0, ended.stderr
    assert "`clients.basic.secret`" in ended.stdout and "openssl rand" in ended.stdout
    assert "clients.post" not in ended.stdout and secret not in ended.stdout


def test_an_introspector_that_is_not_there_is_pointed_out(server: Portcullis) -> None:
    file = server.data / "portcullis.toml"
    file.write_text('[[resources]]\nuri = "https://a.example"\nintrospectors = ["apy"]\n')
    ended = run(server, "check-config")
    assert ended.returncode == 0, ended.stderr
    assert "`apy`" in ended.stdout and "introspectors" in ended.stdout


def test_an_unknown_key_in_the_file_is_named(server: Portcullis) -> None:
    file = server.data / "portcullis.toml"
    file.write_text('[server]\nisuer = "http://localhost:9000"\n')
    refused(run(server, "check-config"), "isuer", "portcullis.toml")
    refused(run(server, "check-config", "--config", str(file), cwd="/"), "isuer", str(file))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "[::]", "192.0.2.1", "here.example", "localhost.example"]
)
def test_nobody_opens_registration_to_a_network_without_saying_so(
    server: Portcullis, host: str
) -> None:
    server.environment["PORTCULLIS_SERVER__ADDRESS"] = f"{host}:{server.port}"
    for command in ("serve", "check-config"):
        refused(run(server, command), "registration.mode", f"{host}:{server.port}", "closed")
    assert list(server.data.iterdir()) == []
    for mode in ("open", "closed"):
        server.environment["PORTCULLIS_REGISTRATION__MODE"] = mode
        assert run(server, "check-config").returncode == 0, mode


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.2", "[::1]"])
def test_a_server_for_this_machine_alone_need_not_say_who_registers(
    server: Portcullis, host: str
) -> None:
    server.environment["PORTCULLIS_SERVER__ADDRESS"] = f"{host}:{server.port}"
    ended = run(server, "check-config")
    assert ended.returncode == 0, ended.stderr


def test_a_server_that_says_who_registers_listens_anywhere(server: Portcullis) -> None:
    server.environment["PORTCULLIS_SERVER__ADDRESS"] = f"0.0.0.0:{server.port}"
    server.environment["PORTCULLIS_REGISTRATION__MODE"] = "closed"
    with server:
        assert "registration_endpoint" not in server.metadata


def test_a_configuration_file_that_is_not_there_is_named(server: Portcullis) -> None:
    refused(run(server, "serve", "--config", "nowhere.toml"), "nowhere.toml")


def test_a_database_that_is_none_is_named_and_left_alone(server: Portcullis) -> None:
    made = database(server)
    made.write_bytes(b"This is a letter, not a database. " * 500)
    before = made.read_bytes()
    refused(run(server), made.name)
    assert made.read_bytes() == before


def damage_a_page(made: Path) -> None:
    """What a bad disk does."""
    content = bytearray(made.read_bytes())
    content[100:4096] = b"\xff" * 3996
    made.write_bytes(content)


def come_from_the_future(made: Path) -> None:
    """What a newer release does."""
    with sqlite3.connect(made) as connection:
        connection.execute(
            "insert into seaql_migrations (version, applied_at) values ('m9999_time_travel', 0)"
        )


@pytest.mark.parametrize(
    "spoil", [damage_a_page, come_from_the_future], ids=lambda how: how.__name__
)
def test_a_database_that_cannot_be_trusted_is_named(
    server: Portcullis, spoil: Callable[[Path], None]
) -> None:
    made = database(server)
    spoil(made)
    before = made.read_bytes()
    refused(run(server), made.name)
    assert made.read_bytes() == before


@pytest.mark.parametrize("mode", ["normal", "exclusive"])
def test_a_database_that_somebody_else_holds_is_named(server: Portcullis, mode: str) -> None:
    made = database(server)
    with closing(sqlite3.connect(made, isolation_level=None)) as holder:
        holder.execute(f"pragma locking_mode = {mode}")
        holder.execute("begin exclusive")
        refused(run(server), made.name, "locked")
        refused(run(server, "user", "add", "zoe"), made.name, "locked")
    with server:
        pass


def test_a_good_configuration_passes_and_touches_nothing(server: Portcullis) -> None:
    ended = run(server, "check-config")
    assert ended.returncode == 0, ended.stderr
    assert list(server.data.iterdir()) == []


def test_a_server_that_is_asked_to_stop_ends_well(server: Portcullis) -> None:
    server.start()
    assert server.end(signal.SIGTERM) == 0
    assert "panicked" not in "".join(server.said)
    left = {path.name for path in server.data.iterdir()}
    left.discard("portcullis.db-reserve")  # It holds nothing.
    assert left == {"master.key", "portcullis.db"}, "the database is closed: one file can be copied"


def test_a_request_under_way_is_answered_before_the_end(server: Portcullis) -> None:
    body = b"grant_type=client_credentials"
    head = (
        "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert b"100 Continue" in connection.recv(1024), "the server waits for the body"
        server.process.send_signal(signal.SIGTERM)
        while is_listening(server):
            pass
        connection.sendall(body)
        assert b"invalid_client" in connection.recv(65536)
    assert server.end(signal.SIGTERM) == 0


def is_listening(server: Portcullis) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def test_the_first_start_tells_how_to_sign_in_and_no_later_one_does(server: Portcullis) -> None:
    for name in ("USERNAME", "PASSWORD"):
        server.environment[f"PORTCULLIS_BOOTSTRAP__{name}"] = None
    with server:
        pass
    first = "".join(server.said)
    assert server.issuer in first
    assert re.search(r"user name admin, one-time password +\S{12,}", first), first
    assert re.search(r"until \d{4}-\d\d-\d\dT\S+Z", first), first
    assert "portcullis user reset-password admin" in first, "the way out if it is lost"
    with server:
        pass
    assert "password" not in "".join(server.said)


def test_the_admin_application_is_off_unless_it_has_an_address(server: Portcullis) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server.environment["PORTCULLIS_ADMIN__ADDRESS"] = address
    with server:
        health = httpx.get(f"http://{address}/ready", timeout=10)
        assert (health.status_code, health.json()) == (200, {"status": "ok"})
        elsewhere = httpx.get(f"http://{address}/oauth/authorize", timeout=10)
        assert elsewhere.status_code == 404
        assert elsewhere.headers["content-type"] == "application/problem+json"
    del server.environment["PORTCULLIS_ADMIN__ADDRESS"]
    with server, pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{address}/ready", timeout=10)
