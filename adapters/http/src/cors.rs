//! Which web origins may call the back channel from a script (Fetch §3.2). No cookie counts there, so
//! letting an origin in gives it nothing that it could not get by itself.

use domain::{ErrorCode, Issuer, OAuthError, is_loopback_origin};
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The origins that are let in.
pub(crate) enum Cors {
    /// All.
    Any,
    /// Just these.
    Listed(Vec<String>),
}

impl Cors {
    /// Those that the operator has listed, and without a list, all.
    pub(crate) fn new(allowed: Option<&[String]>) -> Self {
        match allowed {
            Some(listed) if !listed.iter().any(|origin| origin == "*") => {
                let bare = |origin: &String| origin.trim_end_matches('/').to_owned();
                Self::Listed(listed.iter().map(bare).collect())
            }
            _ => Self::Any,
        }
    }

    /// Marks a response as one that a script of `origin` may read.
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

/// Which web origins may register clients from a script.
///
/// On a person's own machine everybody may register, and whatever page the person visits can reach the
/// server. So there only pages of that machine may, and those that the operator has listed.
pub(crate) enum Registrants {
    /// All: the operator has decided who may register.
    Any,
    /// Those of the server's own machine, and these.
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

    /// Refuses a request that says to be sent by a script of a page that may not. Programs outside a browser
    /// say nothing of the kind.
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

/// Answers a preflight: what may be sent to a path that takes `methods`. Scripts send whatever their
/// libraries add (`traceparent`, `dpop`, `x-requested-with`, …). No header makes this server do what a
/// program outside a browser could not have done, so all are let through. The wildcard covers every header
/// but `Authorization` (Fetch §3.2.3); the usual ones are named for browsers that do not know it.
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
