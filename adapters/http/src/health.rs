//! How this server is, for whatever starts, stops and balances it.

use std::sync::Arc;

use poem_openapi::{ApiResponse, Enum, Object, OpenApi};
use ports::inbound::{Probe, Verdict};

use crate::{payload::Json, security::Anyone, tags::Tag};

/// The health endpoints.
pub(crate) struct HealthApi {
    probe: Arc<dyn Probe>,
}

impl HealthApi {
    pub(crate) fn new(probe: Arc<dyn Probe>) -> Self {
        Self { probe }
    }
}

#[OpenApi(tag = "Tag::Health")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl HealthApi {
    /// Is the process alive?
    ///
    /// Touches nothing. Also at the root, if the issuer has a path; so are the other two.
    #[oai(path = "/livez", method = "get", operation_id = "live")]
    async fn live(&self, _anyone: Anyone) -> LiveResponse {
        LiveResponse::Alive(Json(Health { status: Status::Ok }))
    }

    /// Should it get requests?
    #[oai(path = "/ready", method = "get", operation_id = "ready")]
    async fn ready(&self, _anyone: Anyone) -> HealthResponse {
        self.probe.check().await.into()
    }

    /// How is it?
    #[oai(path = "/health", method = "get", operation_id = "health")]
    async fn health(&self, _anyone: Anyone) -> HealthResponse {
        self.probe.check().await.into()
    }
}

/// How this server is.
#[derive(Debug, Object)]
struct Health {
    /// In a word.
    status: Status,
}

/// How this server is, in a word.
#[derive(Debug, Enum)]
#[oai(rename = "HealthStatus", rename_all = "snake_case")]
enum Status {
    /// Ready to serve.
    Ok,
    /// The database cannot be read or written.
    StorageDown,
    /// The disk that holds the database is full: nothing can be written until there is space.
    StorageFull,
    /// The database file was deleted or replaced: nothing is written until the server is restarted.
    StorageReplaced,
}

#[derive(ApiResponse)]
enum LiveResponse {
    /// It is.
    #[oai(status = 200)]
    Alive(Json<Health>),
}

#[derive(ApiResponse)]
enum HealthResponse {
    /// Ready to serve.
    #[oai(status = 200)]
    Ready(Json<Health>),
    /// Not now.
    #[oai(status = 503)]
    Down(Json<Health>),
}

impl From<Verdict> for HealthResponse {
    fn from(verdict: Verdict) -> Self {
        let down = |status| Self::Down(Json(Health { status }));
        match verdict {
            Verdict::Ready => Self::Ready(Json(Health { status: Status::Ok })),
            Verdict::StorageDown => down(Status::StorageDown),
            Verdict::StorageFull => down(Status::StorageFull),
            Verdict::StorageReplaced => down(Status::StorageReplaced),
        }
    }
}
