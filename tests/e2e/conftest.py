"""What the black-box tests share."""

import pytest

from party import Party
from portcullis import ADA, Portcullis
from visitor import Visitor


@pytest.fixture(scope="module")
def party(portcullis: Portcullis) -> Party:
    """A confidential client."""
    return Party.register(portcullis)


@pytest.fixture(scope="module")
def tokens(party: Party) -> dict:
    """What a person's consent bought that client."""
    return party.sign_in(Visitor(ADA))
