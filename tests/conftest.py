"""What every Python suite here shares: a running server."""

from collections.abc import Iterator

import pytest

from portcullis import Portcullis


@pytest.fixture(scope="module")
def portcullis() -> Iterator[Portcullis]:
    """A server for the tests of one file."""
    with Portcullis() as server:
        yield server
