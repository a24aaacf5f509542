"""What strangers may do, and what the right person can do meanwhile."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import httpx
import pytest

from flood import PATIENCE
from party import Party
from portcullis import ADA, NO_LIMITS, Person, Portcullis
from visitor import the_form

# Other tests run without limits; here they are as they come.
AS_THEY_COME = dict.fromkeys(NO_LIMITS)
FLOODERS = 80
ADDRESSES = 200


@pytest.fixture
def portcullis() -> Iterator[Portcullis]:
    with Portcullis(environment=AS_THEY_COME) as server:
        yield server


class Browser:
    """Somebody at the sign-in page, at an address of their own."""

    def __init__(self, portcullis: Portcullis, address: str) -> None:
        transport = httpx.HTTPTransport(local_address=address)
        self.http = httpx.Client(
            base_url=portcullis.origin,
            transport=transport,
            timeout=30,
            headers={"accept": "text/html"},
        )

    def open(self) -> None:
        answer = self.http.get("/login", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        form = the_form(answer.text)
        self.action, self.fields = urljoin(str(answer.url), form.action), form.fields

    def sign_in(self, person: Person) -> httpx.Response:
        fields = self.fields | {"username": person.username, "password": person.password}
        return self.http.post(self.action, data=fields)


@contextmanager
def flood(portcullis: Portcullis, addresses: int) -> Iterator[Counter]:
    """Eighty connections that post wrong passwords for ada as fast as they are answered."""
    over, statuses = threading.Event(), Counter()
    begun = threading.Barrier(FLOODERS + 1)

    def flooder(n: int) -> None:
        places = [f"127.0.2.{1 + k}" for k in range(n % addresses, addresses, FLOODERS)]
        browsers = [Browser(portcullis, place) for place in places or ["127.0.2.1"]]
        for browser in browsers:
            browser.open()
        begun.wait()
        for browser in itertools.cycle(browsers):
            if over.is_set():
                return
            try:
                answer = browser.sign_in(Person(ADA.username, "a wrong password"))
            except httpx.TimeoutException:
                continue  # Kept waiting, as strangers may be: it goes on with the next browser.
            statuses[answer.status_code] += 1
            # A refusal costs the server less than it costs Python: the machine is to be busy with
            # the server.
            over.wait(0.02)

    threads = [threading.Thread(target=flooder, args=(n,)) for n in range(FLOODERS)]
    for thread in threads:
        thread.start()
    begun.wait()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("addresses", [1, ADDRESSES])
def test_the_right_person_signs_in_while_wrong_passwords_pour_in(
    portcullis: Portcullis, addresses: int
) -> None:
    # Of those, as many wrong passwords are looked at as `docs/limits.md` says, and no more.
    looked_at = {1: 10, ADDRESSES: 100 + 2 * ADDRESSES}[addresses]
    with flood(portcullis, addresses) as statuses:
        for n in itertools.count():
            # Five times could be luck, and what is refused has to outweigh what is looked at.
            if n >= 5 and statuses.total() > 3 * looked_at:
                break
            person = Browser(portcullis, f"127.0.3.{1 + n % 200}")
            begun = time.monotonic()
            person.open()
            answer = person.sign_in(ADA)
            took = time.monotonic() - begun
            assert answer.status_code == 303, answer.text
            assert took < PATIENCE, f"{took:.1f} s"
    assert set(statuses) <= {422, 429}, statuses
    # Within the minutes that this may take, a few more attempts are free again.
    assert statuses[422] <= looked_at + 10, statuses
    assert statuses[429] > statuses[422], statuses


def test_a_flood_of_wrong_passwords_writes_few_lines(portcullis: Portcullis) -> None:
    with flood(portcullis, ADDRESSES) as statuses:
        deadline = time.monotonic() + 60
        # More than the account's own limit.
        while statuses[422] < 110 and time.monotonic() < deadline:
            time.sleep(0.1)
    portcullis.end(15)
    loud = [line for line in portcullis.said if " WARN " in line or "ERROR" in line]
    assert len(loud) <= 3, loud
    assert any("guesses the password" in line for line in loud), portcullis.said


def test_who_guesses_is_told_when_to_try_again(portcullis: Portcullis) -> None:
    browser = Browser(portcullis, "127.0.2.1")
    browser.open()
    answers = [browser.sign_in(Person("nobody", f"guess {n}")) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 100 < int(answers[-1].headers["retry-after"]) <= 180
    assert "minutes" in answers[-1].text


def test_memory_after_many_sign_ins_is_what_it_was_after_one(portcullis: Portcullis) -> None:
    def sign_in() -> None:
        browser = Browser(portcullis, "127.0.2.1")
        browser.open()
        assert browser.sign_in(ADA).status_code == 303

    sign_in()
    before = resident(portcullis)
    for _ in range(200):
        sign_in()
    after = resident(portcullis)
    assert after <= before * 1.1, f"{before} KiB, then {after} KiB"


def resident(portcullis: Portcullis) -> int:
    """How much memory the server holds, in KiB."""
    with open(f"/proc/{portcullis.process.pid}/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1])


def test_failures_of_a_client_are_limited_by_address_and_successes_are_not(
    portcullis: Portcullis,
) -> None:
    party = Party.register(portcullis)
    for _ in range(400):
        assert party.token("client_credentials").status_code == 200
    codes = Counter()
    for _ in range(310):
        refused = party.token("refresh_token", refresh_token="made up")
        codes[refused.status_code, refused.json()["error"]] += 1
    assert codes[400, "invalid_grant"] < 310, "some are refused unseen"
    assert set(codes) == {(400, "invalid_grant"), (429, "temporarily_unavailable")}
    refused = party.token("client_credentials")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    elsewhere = httpx.Client(
        base_url=portcullis.origin, transport=httpx.HTTPTransport(local_address="127.0.4.1")
    )
    granted = elsewhere.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=party.basic
    )
    assert granted.status_code == 200, "the same client from elsewhere"


def test_registrations_from_one_address_are_limited(portcullis: Portcullis) -> None:
    wanted = {"redirect_uris": ["http://127.0.0.1:7008/callback"]}

    def register(http: httpx.Client) -> httpx.Response:
        return http.post("/oauth/register", json=wanted)

    here = httpx.Client(base_url=portcullis.origin)
    answers = [register(here) for _ in range(220)]
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {201, 429} and 200 <= statuses[201] < 210, statuses
    assert answers[-1].json()["error"] == "temporarily_unavailable"
    assert int(answers[-1].headers["retry-after"]) >= 1
    elsewhere = httpx.HTTPTransport(local_address="127.0.4.1")
    assert register(httpx.Client(base_url=portcullis.origin, transport=elsewhere)).is_success


def test_authorization_requests_of_strangers_are_limited_by_address(
    portcullis: Portcullis,
) -> None:
    party = Party.register(portcullis)
    url = party.authorization_url(code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    http = httpx.Client(headers={"accept": "text/html"})
    statuses = Counter(http.get(url).status_code for _ in range(700))
    assert set(statuses) == {200, 429} and statuses[429] > 50, statuses
    refused = http.get(url)
    assert refused.status_code == 429 and "Wait" in refused.text
    elsewhere = Browser(portcullis, "127.0.4.1").http
    assert elsewhere.get(url).status_code == 200
