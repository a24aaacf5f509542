//! Grant types, authentication methods and other closed lists of client metadata (RFC 7591 §2).

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

    /// A method of client authentication (RFC 7591 §2, `token_endpoint_auth_method`).
    AuthMethod {
        /// HTTP Basic (OAuth 2.1 §2.4.1).
        ClientSecretBasic = "client_secret_basic",
        /// In the body (OAuth 2.1 §2.4.1).
        ClientSecretPost = "client_secret_post",
        /// Not at all: a public client.
        None = "none",
    }

    /// An answer of the authorization endpoint (RFC 7591 §2, `response_types`).
    ResponseType {
        /// OAuth 2.1 §4.1.1.
        Code = "code",
    }

    /// `response_mode`: the way in which an authorization response travels.
    ResponseMode {
        /// In the query of the redirect URI.
        Query = "query",
        /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
        FormPost = "form_post",
    }

    /// `application_type` (OIDC Registration §2).
    ApplicationType {
        /// A server, or a page that one delivers.
        Web = "web",
        /// The person's own machine.
        Native = "native",
    }
}
