"""FastMCP's own client signs a person in for the MCP server of the README."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from fastmcp import Client
from fastmcp.client.auth import OAuth
from key_value.aio.stores.memory import MemoryStore
from mcp.shared.auth import AuthorizationCodeResult

from portcullis import ADA, Portcullis
from visitor import Visitor

README_SERVER = Path(__file__).parents[3] / "docs" / "notes_server.py"


@pytest.fixture(scope="module")
def notes_url() -> Iterator[str]:
    """The README's server, as it stands there but for the two ports."""
    with (
        Portcullis() as portcullis,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        here = f"http://127.0.0.1:{listener.getsockname()[1]}"
        source = README_SERVER.read_text()
        for written, actual in [("localhost:9000", portcullis.issuer), ("localhost:3000", here)]:
            assert f'"http://{written}"' in source
            source = source.replace(f'"http://{written}"', f'"{actual}"')
        names = {"__name__": "notes_server"}
        exec(compile(source, str(README_SERVER), "exec"), names)
        server = uvicorn.Server(uvicorn.Config(names["server"].http_app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"{here}/mcp"
        finally:
            server.should_exit = True
            thread.join()


class SignIn(OAuth):
    """FastMCP's sign-in, with a person of ours at the browser that it opens."""

    async def redirect_handler(self, authorization_url: str) -> None:
        self.opened = authorization_url

    async def callback_handler(self) -> AuthorizationCodeResult:
        callback = parse_qs(urlsplit(self.opened).query)["redirect_uri"][0]
        answer = await asyncio.to_thread(Visitor(ADA).visit, self.opened, until=callback)
        query = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
        return AuthorizationCodeResult.model_validate(query)


@pytest.mark.filterwarnings("ignore:Using in-memory token storage")
def test_a_person_signs_in_and_a_note_is_taken(notes_url: str) -> None:
    storage = MemoryStore()

    async def take(text: str) -> str:
        auth = SignIn(notes_url, token_storage=storage)
        async with Client(notes_url, auth=auth) as client:
            return (await client.call_tool("note", {"text": text})).data

    assert asyncio.run(take("buy milk")) == "Noted: buy milk"
