"""What the black-box tests share: a server on each kind of database."""

from collections.abc import Iterator

import pytest

from party import Party
from portcullis import ADA, Portcullis
from storages import STORAGES
from visitor import Visitor


@pytest.fixture(scope="module", params=STORAGES)
def portcullis(request: pytest.FixtureRequest) -> Iterator[Portcullis]:
    """A server for the tests of one file."""
    with Portcullis(environment=STORAGES[request.param]()) as server:
        yield server


@pytest.fixture(scope="module")
def party(portcullis: Portcullis) -> Party:
    """A confidential client."""
    return Party.register(portcullis)


@pytest.fixture(scope="module")
def tokens(party: Party) -> dict:
    """What a person's consent bought that client."""
    return party.sign_in(Visitor(ADA))
