"""The MCP SDK's client signs a person in for a FastMCP server, which verifies the tokens by the
published keys."""

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider, TokenStorage
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)
from pydantic import AnyUrl

from notes_server import SCOPE, notes_server
from portcullis import ADA, Portcullis
from visitor import Visitor

REDIRECT_URI = "http://127.0.0.1:7005/callback"


@pytest.fixture(
    scope="module", params=["/", "/tenant"], ids=["issuer ends in /", "issuer has a path"]
)
def notes_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """FastMCP writes a bare issuer with a slash behind it, so these are the issuers it can name."""
    with Portcullis(issuer_path=request.param) as portcullis, notes_server(portcullis) as url:
        yield url


def test_a_person_signs_in_and_a_tool_is_called(notes_url: str) -> None:
    host = Host(notes_url)
    assert asyncio.run(host.whoami())
    assert SCOPE in host.tokens.scope.split()
    assert len(host.visits) == 1


def test_an_expired_token_is_refreshed_without_the_person(notes_url: str) -> None:
    host = Host(notes_url)
    before = asyncio.run(host.whoami())
    first = host.tokens
    host.let_the_token_expire()
    assert asyncio.run(host.whoami()) == before
    assert host.tokens.access_token != first.access_token
    assert host.tokens.refresh_token != first.refresh_token
    assert len(host.visits) == 1


class Host(TokenStorage):
    """An application that uses the SDK: what it remembers, and how it opens a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.visits: list[str] = []
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None
        metadata = OAuthClientMetadata(
            client_name="MCP client", redirect_uris=[AnyUrl(REDIRECT_URI)]
        )
        self.provider = OAuthClientProvider(
            url, metadata, self, redirect_handler=self.open, callback_handler=self.listen
        )

    async def whoami(self) -> str:
        async with (
            httpx2.AsyncClient(auth=self.provider, timeout=30) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            result = await client.call_tool("whoami", {})
        assert not result.is_error, result
        return result.content[0].text

    def let_the_token_expire(self) -> None:
        self.provider.context.token_expiry_time = 1

    async def open(self, url: str) -> None:
        self.visits.append(url)

    async def listen(self) -> AuthorizationCodeResult:
        answer = Visitor(ADA).visit(self.visits[-1], until=REDIRECT_URI)
        query = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
        return AuthorizationCodeResult.model_validate(query)

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info
