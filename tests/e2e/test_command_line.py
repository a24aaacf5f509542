"""What an operator does from the command line holds on the server that runs beside it."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from party import REDIRECT_URI, Party
from portcullis import ADA, BINARY, Person, Portcullis
from visitor import SignInRefused, Visitor, the_form

# How long another process may take to learn of a change.
NOTICE = 5


def run(portcullis: Portcullis, *command: str, typed: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [BINARY, *command],
        cwd=portcullis.data,
        env=portcullis.settings,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def done(ended: subprocess.CompletedProcess) -> str:
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds before the other process must have noticed."""
    deadline = time.monotonic() + NOTICE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def grace(portcullis: Portcullis) -> Person:
    """Somebody whose account was made from the command line."""
    person = Person(f"grace-{uuid4().hex}", "a password of her own")
    typed = f"{person.password}\n"
    done(run(portcullis, "user", "add", person.username, "--password-stdin", typed=typed))
    return person


def test_a_new_account_signs_in_at_once(
    portcullis: Portcullis, party: Party, grace: Person
) -> None:
    assert party.is_active(party.sign_in(Visitor(grace))["access_token"])
    assert grace.username in done(run(portcullis, "user", "list"))


def test_a_person_who_is_stopped_holds_nothing_any_more(
    portcullis: Portcullis, party: Party, grace: Person
) -> None:
    visitor = Visitor(grace)
    tokens = party.sign_in(visitor)
    done(run(portcullis, "user", "disable", grace.username))
    assert soon(lambda: not party.is_active(tokens["access_token"]))
    refreshed = party.token("refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"
    assert party.authorize(visitor, prompt="none").query["error"] == "login_required"
    with pytest.raises(SignInRefused):
        party.sign_in(Visitor(grace))
    done(run(portcullis, "user", "enable", grace.username))
    assert soon(lambda: party.redeem(party.authorize(Visitor(grace))).status_code == 200)
    assert not party.is_active(tokens["access_token"]), "what ended stays ended"


def test_another_password_ends_what_the_old_one_opened(
    portcullis: Portcullis, party: Party, grace: Person
) -> None:
    tokens = party.sign_in(Visitor(grace))
    typed = "another password\n"
    done(run(portcullis, "user", "passwd", grace.username, "--password-stdin", typed=typed))
    assert soon(lambda: not party.is_active(tokens["access_token"]))
    with pytest.raises(SignInRefused):
        party.sign_in(Visitor(grace))
    assert party.sign_in(Visitor(Person(grace.username, "another password")))


def test_a_client_from_the_command_line_gets_tokens_until_it_is_stopped(
    portcullis: Portcullis, party: Party
) -> None:
    grant = ["--grant-type", "client_credentials"]
    printed = done(run(portcullis, "client", "add", "--id", "https://app.example/id", *grant))
    secret = re.search(r"client_secret: (\S{20,})", printed)
    assert secret, printed
    client = Party(party.http, "https://app.example/id", secret[1], {})
    # The name is a URL, so Basic carries it form-encoded (RFC 6749 §2.3.1).
    encoded = Party(party.http, "https%3A%2F%2Fapp.example%2Fid", secret[1], {})
    answer = encoded.token("client_credentials")
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    assert client.id in done(run(portcullis, "client", "list"))

    done(run(portcullis, "client", "suspend", client.id))
    assert soon(lambda: encoded.token("client_credentials").status_code == 401)
    done(run(portcullis, "client", "resume", client.id))
    assert soon(lambda: encoded.token("client_credentials").status_code == 200)

    rotated = done(run(portcullis, "client", "rotate-secret", client.id))
    assert secret[1] not in rotated
    assert soon(lambda: encoded.token("client_credentials").status_code == 401)

    done(run(portcullis, "client", "delete", client.id))
    assert client.id not in done(run(portcullis, "client", "list"))
    assert token, "it had one"


@pytest.mark.parametrize(
    "command",
    [
        ["user", "disable", "nobody"],
        ["user", "passwd", "nobody"],
        ["user", "add", ADA.username],
        ["user", "add", "two words"],
        ["client", "show", "nobody"],
        ["client", "add", "--auth-method", "none", "--id", " "],
        ["client", "add", "--redirect-uri", "javascript:alert(1)"],
    ],
    ids=" ".join,
)
def test_a_wish_that_cannot_be_met_is_answered_in_one_sentence(
    portcullis: Portcullis, command: list[str]
) -> None:
    ended = run(portcullis, *command)
    assert ended.returncode == 1, ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert "panicked" not in ended.stderr


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("short", "8 characters"), ("x" * 1025, "1024 bytes"), ("a GRACEFUL one", "user name")],
    ids=["too short", "too long", "the name"],
)
def test_an_operator_gives_nobody_a_password_that_they_could_not_choose(
    portcullis: Portcullis, typed: str, reason: str
) -> None:
    ended = run(portcullis, "user", "add", "graceful", "--password-stdin", typed=f"{typed}\n")
    assert ended.returncode == 1, ended.stderr
    assert reason in ended.stderr and len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert "graceful" not in done(run(portcullis, "user", "list"))


def test_a_resource_server_introspects_what_is_meant_for_it() -> None:
    """A client and a resource from the configuration."""
    server = Portcullis()
    (server.data / "portcullis.toml").write_text(
        """
        [[resources]]
        uri = "https://api.example"
        introspectors = ["api"]
        [resources.scopes]
        reports = "Read reports"

        [[clients]]
        id = "api"
        secret = "a secret of thirty-two characters"
        grant_types = ["client_credentials"]
        """
    )
    with server:
        http = httpx.Client(base_url=server.origin)
        api = Party(http, "api", "a secret of thirty-two characters", {})
        party = Party.register(server)
        ours = party.sign_in(Visitor(ADA), scope="openid reports", resource="https://api.example")
        known = api.post("/oauth/introspect", token=ours["access_token"]).json()
        assert (known["active"], known["username"]) == (True, ADA.username)
        theirs = party.sign_in(Visitor(ADA))
        assert not api.is_active(theirs["access_token"])
        metadata = http.get("/.well-known/oauth-protected-resource").json()
        assert metadata["resource"] == "https://api.example"
        assert metadata["authorization_servers"] == [server.issuer]


def configured() -> Portcullis:
    """A server with a client in its configuration."""
    server = Portcullis()
    (server.data / "portcullis.toml").write_text(
        """
        [[clients]]
        id = "robot"
        secret = "a secret of thirty-two characters"
        grant_types = ["client_credentials"]
        """
    )
    return server


def test_a_client_of_the_configuration_is_stopped_and_stays_stopped() -> None:
    server = configured()
    with server:
        http = httpx.Client(base_url=server.origin)
        robot = Party(http, "robot", "a secret of thirty-two characters", {})
        token = robot.token("client_credentials").json()["access_token"]
        assert robot.is_active(token)
        done(run(server, "client", "suspend", "robot"))
        assert soon(lambda: robot.token("client_credentials").status_code == 401)
        listed = done(run(server, "client", "list"))
        assert re.search(r"^robot\t.*\tsuspended\tconfiguration$", listed, re.M), listed
    with server:
        assert robot.token("client_credentials").status_code == 401, "the stop outlives a restart"
        done(run(server, "client", "resume", "robot"))
        assert soon(lambda: robot.token("client_credentials").status_code == 200)
        assert robot.is_active(token)
        told = done(run(server, "audit", "query", "--client", "robot", "--json"))
        seen = [(event["action"], event["actor"]) for event in map(json.loads, told.splitlines())]
        assert ("client.suspended", "operator") in seen
        assert ("client.resumed", "operator") in seen


def test_a_client_is_added_with_the_algorithm_of_its_id_tokens(
    portcullis: Portcullis, party: Party
) -> None:
    for algorithm in ("ES256", "RS256"):
        command = ["client", "add", "--id-token-alg", algorithm, "--redirect-uri", REDIRECT_URI]
        printed = done(run(portcullis, *command))
        id, secret = (re.search(rf"{name}: (\S+)", printed)[1] for name in ("_id", "_secret"))
        shown = done(run(portcullis, "client", "show", id))
        assert f"id_token_signed_response_alg: {algorithm}" in shown
        tokens = Party(party.http, id, secret, {}).sign_in(Visitor(ADA))
        header = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[0] + "=="))
        assert header["alg"] == algorithm


def test_a_one_time_password_says_until_when_it_is_good_and_works_once(
    portcullis: Portcullis,
) -> None:
    name = f"grace-{uuid4().hex}"
    soonest = datetime.now(UTC) + timedelta(days=7, seconds=-60)
    for command in (["user", "add", name], ["user", "reset-password", name]):
        printed = done(run(portcullis, *command))
        password = re.search(r"One-time password: (\S+)", printed)[1]
        until = re.search(r"until (\S+Z)", printed)
        assert until, printed
        end = datetime.fromisoformat(until[1])
        assert soonest <= end <= soonest + timedelta(minutes=3)
    login = f"{portcullis.origin}/oauth/authorize/login"
    answers = []
    for _ in range(2):
        browser = httpx.Client(headers={"accept": "text/html"}, timeout=30)
        form = the_form(browser.get(login).text).fields
        answers.append(browser.post(login, data=form | {"username": name, "password": password}))
    first, second = answers
    assert first.status_code == 303 and "/password?" in first.headers["location"]
    assert second.status_code == 422 and "was used already" in second.text
    told = done(run(portcullis, "audit", "query", "--subject", name, "--json"))
    last = json.loads(told.splitlines()[-1])
    assert last["detail"] == "the one-time password was used already"


def test_the_audit_record_tells_who_did_what_beside_a_running_server(
    portcullis: Portcullis, party: Party, grace: Person
) -> None:
    party.sign_in(Visitor(grace))
    with pytest.raises(SignInRefused):
        party.sign_in(Visitor(Person(grace.username, "not her password")))
    told = done(run(portcullis, "audit", "query", "--subject", grace.username, "--json"))
    events = [json.loads(line) for line in told.splitlines()]
    seen = [(event["action"], event["outcome"], event["actor"]) for event in events]
    assert ("user.added", "success", "operator") in seen
    assert ("session.sign_in", "success", "person") in seen
    assert ("consent.decided", "success", "person") in seen
    assert seen[-1] == ("session.sign_in", "refused", "anonymous")
    assert events[-1]["address"].startswith("127.")
    latest = done(run(portcullis, "audit", "tail", "-n", "1"))
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ session.sign_in refused", latest), latest


def test_an_account_is_changed_and_deleted(
    portcullis: Portcullis, party: Party, grace: Person
) -> None:
    token = party.sign_in(Visitor(grace))["access_token"]
    done(run(portcullis, "user", "set", grace.username, "--email", "grace@example.com"))
    assert "grace@example.com" in done(run(portcullis, "user", "list"))
    done(run(portcullis, "user", "delete", grace.username))
    assert soon(lambda: not party.is_active(token))
    with pytest.raises(SignInRefused):
        party.sign_in(Visitor(grace))
    assert grace.username not in done(run(portcullis, "user", "list"))
