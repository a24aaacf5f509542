//! The health of this server, for orchestrators and load balancers.

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
    /// Check liveness: the process is running
    ///
    /// Does not touch the database. If the issuer has a path, this and the other two health
    /// operations are also served at the root of the host.
    #[oai(path = "/livez", method = "get", operation_id = "live")]
    async fn live(&self, _anyone: Anyone) -> LiveResponse {
        LiveResponse::Alive(Json(Health { status: Status::Ok }))
    }

    /// Check readiness: the server can take requests
    #[oai(path = "/ready", method = "get", operation_id = "ready")]
    async fn ready(&self, _anyone: Anyone) -> HealthResponse {
        self.probe.check().await.into()
    }

    /// Check the health of the server and its storage
    #[oai(path = "/health", method = "get", operation_id = "health")]
    async fn health(&self, _anyone: Anyone) -> HealthResponse {
        self.probe.check().await.into()
    }
}

/// The health of the server.
#[derive(Debug, Object)]
struct Health {
    /// The state of the server and its storage.
    status: Status,
}

/// The state of the server and its storage.
#[derive(Debug, Enum)]
#[oai(rename = "HealthStatus", rename_all = "snake_case")]
enum Status {
    /// The server takes requests.
    Ok,
    /// The database cannot be read or written.
    StorageDown,
    /// The disk that holds the database is full. Nothing is written until there is space.
    StorageFull,
    /// The database file was deleted or replaced. Nothing is written until the server is restarted.
    StorageReplaced,
}

#[derive(ApiResponse)]
enum LiveResponse {
    /// The process is running.
    #[oai(status = 200)]
    Alive(Json<Health>),
}

#[derive(ApiResponse)]
enum HealthResponse {
    /// The server takes requests.
    #[oai(status = 200)]
    Ready(Json<Health>),
    /// The server cannot take requests now.
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
