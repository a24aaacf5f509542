"""A FastMCP server that only people with a token for it may use. It knows nothing of the server
under test but its issuer and its keys."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token
from pydantic import AnyHttpUrl

from portcullis import Portcullis

# What its tools need.
SCOPE = "notes:read"


@contextmanager
def notes_server(portcullis: Portcullis) -> Iterator[str]:
    """Serves on a free port; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = notes(portcullis, origin).http_app(path="/mcp")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"{origin}/mcp"
        finally:
            server.should_exit = True
            thread.join()


def notes(portcullis: Portcullis, origin: str) -> FastMCP:
    verifier = JWTVerifier(
        jwks_uri=portcullis.metadata["jwks_uri"],
        issuer=portcullis.issuer,
        audience=f"{origin}/mcp",
        algorithm="ES256",
        required_scopes=[SCOPE],
    )
    auth = RemoteAuthProvider(
        token_verifier=verifier,
        authorization_servers=[AnyHttpUrl(portcullis.issuer)],
        base_url=origin,
    )
    server = FastMCP("notes", auth=auth)

    @server.tool
    def whoami() -> str:
        """Says whose token this is."""
        token = get_access_token()
        assert token is not None
        return token.claims["sub"]

    return server
