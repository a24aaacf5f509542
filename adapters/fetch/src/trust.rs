//! The certificate authorities that servers are verified with.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The reasons for which configured certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file is not there, or holds something else.
    #[error("no certificate can be read from it: {0}")]
    Unreadable(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Unusable(String),
}

/// TLS that trusts the authorities of the system, and those in the PEM file `besides`.
pub(crate) fn tls(besides: Option<&Path>) -> Result<ClientConfig, TrustError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = besides {
        for certificate in certificates(file)? {
            roots.add(certificate).map_err(|error| TrustError::Unreadable(error.to_string()))?;
        }
    }
    if roots.is_empty() {
        tracing::warn!("this system trusts no certificate authority, so nothing can be fetched");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::Unusable(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let unreadable = |error: &dyn ToString| TrustError::Unreadable(error.to_string());
    let read = CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))?;
    let read = read.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&error))?;
    if read.is_empty() { Err(unreadable(&"there is none in it")) } else { Ok(read) }
}
