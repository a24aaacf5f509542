//! The admin application: operators' programs, on a listener of their own. Its document and the shape of
//! its errors (RFC 9457) are its own too. Nothing that the public server does is reachable here.

use std::sync::{Arc, LazyLock};

use poem::{
    Endpoint, IntoResponse, Request, Response, Result, Route,
    http::{StatusCode, header},
};
use poem_openapi::{ApiResponse, LicenseObject, OpenApi, OpenApiService};
use ports::inbound::Probe;
use serde_json::{Value, json};

use crate::{finish::protect, health::HealthApi, payload::Json, security::Anyone, tags::Tag};

/// The use cases that the admin application drives.
#[derive(Clone)]
pub struct Administration {
    /// Tells whether the server can do its work.
    pub probe: Arc<dyn Probe>,
}

/// The OpenAPI document of everything that [`admin_router`] serves.
#[must_use]
pub fn admin_document(administration: &Administration) -> String {
    service(administration).spec()
}

/// Every route of the admin application.
#[must_use]
pub fn admin_router(administration: &Administration) -> impl Endpoint<Output = Response> + use<> {
    Problems(Route::new().nest("/", service(administration)))
}

fn service(administration: &Administration) -> OpenApiService<(HealthApi, DocumentApi), ()> {
    let described = administration.clone();
    let document = DocumentApi(LazyLock::new(Box::new(move || admin_document(&described))));
    let apis = (HealthApi::new(administration.probe.clone()), document);
    OpenApiService::new(apis, "Portcullis administration", env!("CARGO_PKG_VERSION"))
        .description("The API for whoever operates the server. It belongs on a private network.")
        .license(LicenseObject::new("MIT OR Apache-2.0"))
}

/// The endpoint that serves the document.
struct DocumentApi(LazyLock<String, Box<dyn FnOnce() -> String + Send>>);

#[OpenApi(tag = "Tag::Documentation")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl DocumentApi {
    /// Get this document as JSON.
    #[oai(path = "/openapi.json", method = "get", operation_id = "getAdminDocument")]
    async fn document(&self, _anyone: Anyone) -> DocumentResponse {
        DocumentResponse::Document(Json(serde_json::from_str(&self.0).unwrap_or_default()))
    }
}

#[derive(ApiResponse)]
enum DocumentResponse {
    /// The OpenAPI document.
    #[oai(status = 200)]
    Document(Json<Value>),
}

/// Gives errors that poem makes by itself the shape of a problem (RFC 9457), and every response the
/// headers that keep browsers from doing anything with it.
struct Problems<E>(E);

impl<E: Endpoint<Output = Response>> Endpoint for Problems<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let mut response = match self.0.call(request).await {
            Ok(response) => response,
            Err(error) if error.is_from_response() => error.into_response(),
            Err(error) => problem(error.status()),
        };
        protect(response.headers_mut(), false);
        Ok(response)
    }
}

fn problem(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    let mut response = body.to_string().with_status(status).into_response();
    let media = header::HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use poem::test::TestClient;
    use ports::inbound::Verdict;

    use super::*;

    struct Full;

    #[async_trait]
    impl Probe for Full {
        async fn check(&self) -> Verdict {
            Verdict::StorageFull
        }
    }

    fn client() -> TestClient<impl Endpoint<Output = Response>> {
        TestClient::new(admin_router(&Administration { probe: Arc::new(Full) }))
    }

    #[tokio::test]
    async fn health_is_told_as_on_the_public_server() {
        let client = client();
        client.get("/livez").send().await.assert_status_is_ok();
        let ready = client.get("/ready").send().await;
        ready.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        ready.assert_header("cache-control", "no-store");
        ready.assert_json(json!({ "status": "storage_full" })).await;
    }

    #[tokio::test]
    async fn nothing_of_the_public_server_is_here_and_an_error_is_a_problem() {
        let client = client();
        for path in ["/oauth/token", "/oauth/authorize", "/docs", "/.well-known/jwks.json"] {
            let answer = client.get(path).send().await;
            answer.assert_status(StatusCode::NOT_FOUND);
            answer.assert_content_type("application/problem+json");
            answer.assert_header("x-content-type-options", "nosniff");
            let expected = json!({ "type": "about:blank", "title": "Not Found", "status": 404 });
            answer.assert_json(expected).await;
        }
        let answer = client.post("/livez").send().await;
        answer.assert_status(StatusCode::METHOD_NOT_ALLOWED);
        answer.assert_content_type("application/problem+json");
    }

    #[tokio::test]
    async fn the_document_describes_itself() {
        let answer = client().get("/openapi.json").send().await;
        answer.assert_status_is_ok();
        let document = answer.json().await;
        let paths = document.value().object().get("paths").object();
        let mut names: Vec<_> = paths.iter().map(|(path, _)| path.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["/health", "/livez", "/openapi.json", "/ready"]);
    }
}
