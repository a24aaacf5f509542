//! The live OpenAPI document, and the page on which it is read and tried.

use std::sync::LazyLock;

use domain::Issuer;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem_openapi::{OpenApi, OpenApiService, param::Header, payload::Response};
use serde_json::Value;

use crate::{
    cached::{Cached, Fixed},
    payload::{Html, Json, Rendered, Script, Yaml},
    security::Anyone,
    tags::Tag,
};

const PAGE: &str = include_str!("docs/page.html");
/// The script that configures the page, run after `RapiDoc` is defined.
const FILL: &str = include_str!("docs/page.js");

/// The texts of the document, as they are served.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    json: String,
    yaml: String,
    script: String,
}

impl Texts {
    /// Renders the document of `service`.
    pub(crate) fn of<T: OpenApi>(service: &OpenApiService<T, ()>) -> Self {
        let script = format!("{}\n{FILL}", script(&service.rapidoc_html()));
        Self { json: service.spec(), yaml: service.spec_yaml(), script }
    }
}

/// Extracts `RapiDoc` from poem-openapi's own page, which is not safe to serve: it requires inline
/// scripts, and fonts from another origin.
fn script(page: &str) -> &str {
    let behind = page.split_once("<script charset=\"UTF-8\">").map_or("", |(_, rest)| rest);
    behind.split_once("</script>").map_or("", |(script, _)| script)
}

/// The rendered responses of the endpoints.
struct Shelf {
    json: Fixed<Json<Value>>,
    yaml: Fixed<Yaml>,
    page: Fixed<Html>,
    script: Fixed<Script>,
}

impl Shelf {
    fn new(texts: Texts) -> Self {
        let lifetime = "public, max-age=300";
        Self {
            json: Fixed::new(texts.json, lifetime),
            yaml: Fixed::new(texts.yaml, lifetime),
            page: Fixed::new(PAGE, lifetime),
            script: Fixed::new(texts.script, lifetime),
        }
    }
}

/// The endpoints of the document.
pub(crate) struct DocsApi {
    /// Rendered at the first request: most servers are never asked for it.
    shelf: LazyLock<Shelf, Box<dyn FnOnce() -> Shelf + Send>>,
    /// The `Content-Security-Policy` of the page: `RapiDoc` has inline styles, and calls the server
    /// itself.
    csp: String,
}

impl DocsApi {
    pub(crate) fn new(texts: impl FnOnce() -> Texts + Send + 'static, issuer: &Issuer) -> Self {
        let csp = format!(
            "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            issuer.origin()
        );
        Self { shelf: LazyLock::new(Box::new(|| Shelf::new(texts()))), csp }
    }
}

#[OpenApi(tag = "Tag::Documentation")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl DocsApi {
    /// Get this OpenAPI document as JSON
    #[oai(path = "/openapi.json", method = "get", operation_id = "getDocument")]
    async fn json(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Cached<Rendered<Json<Value>>> {
        self.shelf.json.answer(&known.0)
    }

    /// Get this OpenAPI document as YAML
    #[oai(path = "/openapi.yaml", method = "get", operation_id = "getDocumentAsYaml")]
    async fn yaml(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Cached<Rendered<Yaml>> {
        self.shelf.yaml.answer(&known.0)
    }

    /// Read this OpenAPI document as a web page and try its operations
    #[oai(path = "/docs", method = "get", operation_id = "readDocument")]
    async fn page(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Response<Cached<Rendered<Html>>> {
        let page = self.shelf.page.answer(&known.0);
        Response::new(page).header(CONTENT_SECURITY_POLICY, &self.csp)
    }

    /// Get the script of the documentation page
    #[oai(path = "/docs/rapidoc.js", method = "get", operation_id = "getDocumentScript")]
    async fn script(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Cached<Rendered<Script>> {
        self.shelf.script.answer(&known.0)
    }
}
