"""Whatever the served document allows to be sent, the answer is one that it names, and never a 5xx.

The examples are the same in every run: what fails here fails everywhere."""

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from party import Party
from portcullis import ADA, Portcullis
from visitor import Visitor

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

bounded = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document(portcullis: Portcullis) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{portcullis.origin}/openapi.json")


@pytest.fixture(scope="module")
def client(portcullis: Portcullis) -> requests.Session:
    """Requests of a client that proves who it is."""
    session = requests.Session()
    session.auth = Party.register(portcullis).basic
    return session


@pytest.fixture(scope="module")
def bearer(portcullis: Portcullis) -> requests.Session:
    """Requests with a person's access token."""
    session = requests.Session()
    tokens = Party.register(portcullis).sign_in(Visitor(ADA))
    session.headers["authorization"] = f"Bearer {tokens['access_token']}"
    return session


@pytest.fixture(scope="module")
def browser(portcullis: Portcullis) -> requests.Session:
    """Requests of a browser in which a person is signed in."""
    visitor, session = Visitor(ADA), requests.Session()
    Party.register(portcullis).sign_in(visitor)
    session.cookies.update(dict(visitor.browser.cookies))
    return session


document_as_served = schemathesis.pytest.from_fixture("document")


def conforms(case: Case, session: requests.Session | None) -> None:
    # The document says that YAML is text; the library has parsed it before it looks.
    is_yaml = case.path == "/openapi.yaml"
    checks = [check for check in CHECKS if not (is_yaml and check is response_schema_conformance)]
    case.call_and_validate(session=session, checks=checks, allow_redirects=False)


@bounded
@document_as_served.parametrize()
def test_anybody_gets_an_answer_the_document_names(case: Case) -> None:
    conforms(case, None)


@bounded
@document_as_served.parametrize()
def test_a_client_gets_an_answer_the_document_names(case: Case, client: requests.Session) -> None:
    conforms(case, client)


@bounded
@document_as_served.parametrize()
def test_a_bearer_gets_an_answer_the_document_names(case: Case, bearer: requests.Session) -> None:
    conforms(case, bearer)


@bounded
@document_as_served.parametrize()
def test_a_browser_gets_an_answer_the_document_names(case: Case, browser: requests.Session) -> None:
    conforms(case, browser)
