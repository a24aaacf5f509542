"""A protected MCP server: it trusts tokens that http://localhost:9000 signed for it, and nothing else."""

from typing import Annotated

from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
from pydantic import AnyHttpUrl, TypeAdapter, UrlConstraints

ISSUER = "http://localhost:9000"
HERE = "http://localhost:3000"

verifier = JWTVerifier(
    jwks_uri=f"{ISSUER}/.well-known/jwks.json", issuer=ISSUER, audience=f"{HERE}/mcp", algorithm="ES256"
)
# Clients compare issuers letter by letter (RFC 8414 §3.3); a plain `AnyHttpUrl` would add a slash.
Exact = Annotated[AnyHttpUrl, UrlConstraints(preserve_empty_path=True)]
issuer = TypeAdapter(Exact).validate_python(ISSUER)
server = FastMCP("Notes", auth=RemoteAuthProvider(verifier, [issuer], HERE))


@server.tool
def note(text: str) -> str:
    """Writes a note down."""
    return f"Noted: {text}"


if __name__ == "__main__":
    server.run(transport="http", port=3000)
