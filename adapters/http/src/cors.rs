//! The web origins whose scripts may call the back channel (CORS, Fetch §3.2). The back channel
//! uses no cookies, so an allowed origin gets nothing that it could not get by itself.

use domain::{ErrorCode, Issuer, OAuthError, is_loopback_origin};
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The allowed origins.
pub(crate) enum Cors {
    /// All origins.
    Any,
    /// These origins only.
    Listed(Vec<String>),
}

impl Cors {
    /// The origins that the operator has listed; all origins if there is no list.
    pub(crate) fn new(allowed: Option<&[String]>) -> Self {
        match allowed {
            Some(listed) if !listed.iter().any(|origin| origin == "*") => {
                let bare = |origin: &String| origin.trim_end_matches('/').to_owned();
                Self::Listed(listed.iter().map(bare).collect())
            }
            _ => Self::Any,
        }
    }

    /// Adds the headers that let a script of `origin` read a response.
    pub(crate) fn admit(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        let admitted = match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::Listed(listed) => {
                headers.append(header::VARY, HeaderValue::from_static("Origin"));
                origin.filter(|origin| listed.iter().any(|known| known == origin))
            }
        };
        if let Some(origin) = admitted {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let exposed = HeaderValue::from_static("WWW-Authenticate, Retry-After, DPoP-Nonce");
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}

/// The web origins whose scripts may register clients.
///
/// On a localhost issuer registration is open, and every page that the person visits can reach the
/// server. Therefore only pages of the same machine are allowed there, and those that the operator
/// has listed.
pub(crate) enum Registrants {
    /// All origins: the operator has decided who may register.
    Any,
    /// Origins of the server's own machine, and these.
    Local(Vec<String>),
}

impl Registrants {
    pub(crate) fn new(issuer: &Issuer, allowed: Option<&[String]>) -> Self {
        match Cors::new(allowed) {
            Cors::Listed(listed) if issuer.is_local() => Self::Local(listed),
            Cors::Any if issuer.is_local() && allowed.is_none() => Self::Local(Vec::new()),
            Cors::Listed(_) | Cors::Any => Self::Any,
        }
    }

    /// Refuses a request whose `Origin` is not allowed. Programs other than browsers do not send
    /// that header.
    pub(crate) fn check(&self, origin: Option<&HeaderValue>) -> Result<(), OAuthError> {
        let (Self::Local(listed), Some(origin)) = (self, origin) else { return Ok(()) };
        let is_listed = listed.iter().any(|known| known == origin);
        if is_listed || origin.to_str().is_ok_and(is_loopback_origin) {
            return Ok(());
        }
        Err(OAuthError::new(ErrorCode::AccessDenied).hint(
            "a server on localhost lets no web page of another machine register clients; whoever runs it can \
             list the origin of the page in `server.allowed_origins`",
        ))
    }
}

/// The headers of the response to a preflight request for a path that accepts `methods`. Scripts
/// send additional headers that their libraries add (`traceparent`, `dpop`, `x-requested-with`, …).
/// No header makes this server do what a program other than a browser could not have done, so all
/// are allowed. The wildcard covers every header but `Authorization` (Fetch §3.2.3); the usual ones
/// are named for browsers that do not support it.
pub(crate) fn preflight(methods: &HeaderValue) -> [(HeaderName, HeaderValue); 3] {
    let sent = HeaderValue::from_static(
        "authorization, accept, content-type, dpop, mcp-protocol-version, traceparent, tracestate, \
         x-requested-with, *",
    );
    [
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods.clone()),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, sent),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200")),
    ]
}
