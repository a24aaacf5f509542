"""Sixteen at once: one wins, and the others get an answer of the protocol."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from party import Party
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
