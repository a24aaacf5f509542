//! The client.

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use ports::outbound::{FetchError, HttpFetcher};
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use url::{Host, Url};

use crate::{AddressPolicy, trust, trust::TrustError};

/// The settings of outbound requests.
#[derive(Clone, Debug)]
pub struct FetchSettings {
    /// The addresses that may be connected to.
    pub reach: AddressPolicy,
    /// The longest time for one document, from the DNS query to the last byte.
    pub timeout: Duration,
    /// A PEM file of certificate authorities to trust besides those of the system.
    pub trusted_certificates: Option<PathBuf>,
}

/// Fetches documents over HTTPS.
#[derive(Debug)]
pub struct HttpsWeb {
    client: Client,
    reach: Arc<AddressPolicy>,
}

impl HttpsWeb {
    /// Sets the client up.
    ///
    /// # Errors
    ///
    /// [`TrustError`] if the certificates cannot be read.
    pub fn new(settings: FetchSettings) -> Result<Self, TrustError> {
        let reach = Arc::new(settings.reach);
        let client = Client::builder()
            .tls_backend_preconfigured(trust::tls(settings.trusted_certificates.as_deref())?)
            .https_only(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(settings.timeout)
            .pool_max_idle_per_host(0)
            .dns_resolver(Resolver(reach.clone()))
            .build()
            .map_err(|error| TrustError::Unusable(error.to_string()))?;
        Ok(Self { client, reach })
    }

    /// The address, if it may be asked. A name is looked at again when it has been looked up.
    fn admit(&self, url: &str) -> Result<Url, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Forbidden("not a URL"))?;
        if url.scheme() != "https" {
            return Err(FetchError::Forbidden("not an https URL"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Forbidden("a URL with credentials"));
        }
        let permitted = match url.host() {
            Some(Host::Ipv4(address)) => self.reach.permits(address.into()),
            Some(Host::Ipv6(address)) => self.reach.permits(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if permitted { Ok(url) } else { Err(FetchError::Forbidden(PRIVATE)) }
    }
}

const PRIVATE: &str = "an address that is not public";

#[async_trait]
impl HttpFetcher for HttpsWeb {
    async fn fetch(&self, url: &str, longest: usize) -> Result<Vec<u8>, FetchError> {
        let url = self.admit(url)?;
        let response = self.client.get(url).send().await.map_err(|error| unreachable(&error))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Refused(response.status().as_u16()));
        }
        read(response, longest).await
    }
}

async fn read(mut response: Response, longest: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
        if body.len() + chunk.len() > longest {
            return Err(FetchError::TooLong(longest));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Describes a failed request by its innermost error, since the outer ones only repeat the URL.
fn unreachable(error: &reqwest::Error) -> FetchError {
    let mut reason: &dyn Error = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    if let Some(Forbidden) = reason.downcast_ref() {
        return FetchError::Forbidden(PRIVATE);
    }
    FetchError::Unreachable(reason.to_string())
}

/// A name that leads nowhere that may be asked.
#[derive(Debug, thiserror::Error)]
#[error("{PRIVATE}")]
struct Forbidden;

/// Looks names up, and forgets the addresses that may not be asked: the client connects to what is
/// left, so a name cannot mean one thing when it is checked and another when it is used.
struct Resolver(Arc<AddressPolicy>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<_> = found.filter(|address| reach.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}
