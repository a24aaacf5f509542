//! What clients differ in, by the names that are on the wire (RFC 7591 §2).

use crate::wire_names::wire_names;

wire_names! {
    /// A way to get tokens (RFC 7591 §2, `grant_types`).
    GrantType {
        /// OAuth 2.1 §4.1.
        AuthorizationCode = "authorization_code",
        /// OAuth 2.1 §4.3.
        RefreshToken = "refresh_token",
        /// OAuth 2.1 §4.2.
        ClientCredentials = "client_credentials",
    }

    /// How a client proves who it is (RFC 7591 §2, `token_endpoint_auth_method`).
    AuthMethod {
        /// HTTP Basic (OAuth 2.1 §2.4.1).
        ClientSecretBasic = "client_secret_basic",
        /// In the body (OAuth 2.1 §2.4.1).
        ClientSecretPost = "client_secret_post",
        /// Not at all: a public client.
        None = "none",
    }

    /// What the authorization endpoint may answer with (RFC 7591 §2, `response_types`).
    ResponseType {
        /// OAuth 2.1 §4.1.1.
        Code = "code",
    }

    /// How the answer of the authorization endpoint travels.
    ResponseMode {
        /// In the query of the redirect URI.
        Query = "query",
        /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
        FormPost = "form_post",
    }

    /// What a client runs on (OIDC Registration §2).
    ApplicationType {
        /// A server, or a page that one delivers.
        Web = "web",
        /// The person's own machine.
        Native = "native",
    }
}
