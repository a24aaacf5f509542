"""Sixteen at once: one wins, and the others get an answer of the protocol."""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from urllib.parse import urlencode

import httpx

from party import REDIRECT_URI, Party
from portcullis import ADA, Portcullis
from visitor import Visitor

RIVALS = 16


def at_once(act: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Nobody begins before everybody is there."""
    everybody = threading.Barrier(RIVALS)

    def rival(_: int) -> httpx.Response:
        everybody.wait()
        return act()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(rival, range(RIVALS)))


def test_a_code_is_spent_once(party: Party) -> None:
    answer = party.authorize(Visitor(ADA))
    answers = at_once(lambda: party.redeem(answer))
    assert [one.status_code for one in answers].count(200) == 1
    refusals = [one.json()["error"] for one in answers if one.status_code != 200]
    assert refusals == ["invalid_grant"] * (RIVALS - 1)
    (bought,) = [one.json() for one in answers if one.status_code == 200]
    assert not party.is_active(bought["access_token"]), "the others were replays"
    assert not party.is_active(bought["refresh_token"])


def test_a_refresh_token_has_one_successor(party: Party) -> None:
    """Who comes within the grace is taken for somebody whose answer was lost."""
    spent = party.sign_in(Visitor(ADA))["refresh_token"]
    answers = at_once(lambda: party.token("refresh_token", refresh_token=spent))
    assert {one.status_code for one in answers} == {200}
    (successor,) = {one.json()["refresh_token"] for one in answers}
    assert party.token("refresh_token", refresh_token=successor).status_code == 200


def test_a_token_is_revoked_and_used_at_once_without_harm(party: Party) -> None:
    token = party.sign_in(Visitor(ADA))["refresh_token"]
    answers = at_once(lambda: party.post("/oauth/revoke", token=token))
    assert {one.status_code for one in answers} == {200}
    assert party.token("refresh_token", refresh_token=token).json()["error"] == "invalid_grant"


def test_a_registration_is_deleted_once(portcullis: Portcullis) -> None:
    party = Party.register(portcullis)
    url = party.registration["registration_client_uri"]
    headers = {"authorization": f"Bearer {party.registration['registration_access_token']}"}
    answers = at_once(lambda: party.http.delete(url, headers=headers))
    assert {one.status_code for one in answers} <= {204, 401}
    assert party.token("client_credentials").status_code == 401


# How many codes are redeemed twice at one moment. Without the barrier, or with a lost race that is not a
# replay, the first few fail already.
ROUNDS = 25


class Half:
    """A request that has been sent but for its last byte, so that the server has nothing left to do
    but to answer it."""

    def __init__(self, party: Party, form: dict[str, str]) -> None:
        body = urlencode(form)
        sent = (
            "POST /oauth/token HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
            f"authorization: Basic {b64encode(':'.join(party.basic).encode()).decode()}\r\n"
            "content-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}"
        ).encode()
        url = party.http.base_url
        self.connection = socket.create_connection((url.host, url.port), 30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(sent[:-1])
        self.last = sent[-1:]

    def finish(self, moment: threading.Barrier) -> tuple[int, dict]:
        """Sends the last byte when everybody is there, and reads the answer."""
        moment.wait()
        with self.connection as connection:
            connection.sendall(self.last)
            with connection.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), json.loads(body)


def test_a_code_that_is_redeemed_twice_at_one_moment_buys_nothing_that_lasts(party: Party) -> None:
    """`docs/decisions/authorization-code-replay.md`: a lost race is a replay by the code's owner."""
    ada = Visitor(ADA)
    for _ in range(ROUNDS):
        answer = party.authorize(ada)
        form = {
            "grant_type": "authorization_code",
            "code": answer.query["code"],
            "redirect_uri": REDIRECT_URI,
            "code_verifier": answer.verifier,
        }
        halves, moment = [Half(party, form) for _ in range(2)], threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(lambda half: half.finish(moment), halves), key=itemgetter(0))
        (won, tokens), (lost, refusal) = answers
        assert (won, lost, refusal["error"]) == (200, 400, "invalid_grant"), answers
        assert not party.is_active(tokens["access_token"])
        assert not party.is_active(tokens["refresh_token"])
        again = party.token("refresh_token", refresh_token=tokens["refresh_token"])
        assert again.json()["error"] == "invalid_grant"
