"""A client written against the RFCs, for requests that no library would make."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from portcullis import Portcullis
from visitor import Visitor

REDIRECT_URI = "http://127.0.0.1:7008/callback"
SCOPE = "openid offline_access"


@dataclass(frozen=True)
class Party:
    """A registered client."""

    http: httpx.Client
    id: str
    secret: str | None
    registration: dict

    @classmethod
    def register(cls, portcullis: Portcullis, method: str = "client_secret_basic") -> "Party":
        """A client with every grant that its way to prove who it is allows."""
        grants = ["authorization_code", "refresh_token"]
        if method != "none":
            grants.append("client_credentials")
        wanted = {
            "client_name": "Party",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": grants,
            "token_endpoint_auth_method": method,
        }
        http = httpx.Client(base_url=portcullis.origin, timeout=30)
        answer = http.post("/oauth/register", json=wanted)
        assert answer.status_code == 201, answer.text
        client = answer.json()
        return cls(http, client["client_id"], client.get("client_secret"), client)

    @property
    def basic(self) -> tuple[str, str]:
        """Its credentials for HTTP Basic."""
        assert self.secret is not None
        return (self.id, self.secret)

    def post(self, path: str, **form: str) -> httpx.Response:
        """Posts a form, and proves who it is in the way it has registered."""
        if self.secret is None:
            return self.http.post(path, data={"client_id": self.id, **form})
        return self.http.post(path, data=form, auth=self.basic)

    def token(self, grant_type: str, **form: str) -> httpx.Response:
        return self.post("/oauth/token", grant_type=grant_type, **form)

    def is_active(self, token: str) -> bool:
        answer = self.post("/oauth/introspect", token=token)
        assert answer.status_code == 200, answer.text
        return answer.json()["active"]

    def authorize(self, visitor: Visitor, **asked: str) -> "Answer":
        """Has a person decide, and takes what comes back."""
        verifier = secrets.token_urlsafe(48)
        url = self.authorization_url(code_challenge=challenge(verifier), **asked)
        back = visitor.visit(url, until=REDIRECT_URI)
        query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        return Answer(query, verifier)

    def authorization_url(self, **asked: str) -> str:
        usual = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": "s-1",
            "code_challenge_method": "S256",
        }
        return str(self.http.base_url.join("/oauth/authorize")) + "?" + urlencode(usual | asked)

    def redeem(self, answer: "Answer", **form: str) -> httpx.Response:
        usual = {
            "code": answer.query["code"],
            "redirect_uri": REDIRECT_URI,
            "code_verifier": answer.verifier,
        }
        return self.token("authorization_code", **(usual | form))

    def sign_in(self, visitor: Visitor, **asked: str) -> dict:
        """The tokens that a person's consent buys."""
        tokens = self.redeem(self.authorize(visitor, **asked))
        assert tokens.status_code == 200, tokens.text
        return tokens.json()


@dataclass(frozen=True)
class Answer:
    """What came back from the authorization endpoint, and the verifier that goes with it."""

    query: dict[str, str]
    verifier: str


def challenge(verifier: str) -> str:
    """The S256 challenge (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
