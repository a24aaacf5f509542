//! The style sheet, the mark and the scripts of the pages, all served by this server.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poem_openapi::{ApiResponse, OpenApi, param::Path, payload::PlainText};
use sha2::{Digest, Sha256};

use crate::{security::Anyone, tags::Tag};

const STYLE: &str = include_str!("../../assets/portcullis.css");
const MARK: &str = include_str!("../../assets/mark.svg");
const SUBMIT: &str = include_str!("../../assets/submit.js");
const TIMES: &str = include_str!("../../assets/times.js");

/// The URLs of the files, for use in pages.
#[derive(Debug)]
pub(super) struct Assets {
    /// The style sheet.
    pub(super) style: String,
    /// The mark, used as favicon.
    pub(super) mark: String,
    /// The script that submits a form by itself.
    pub(super) submit: String,
    /// The script that shows times in the reader's time zone.
    pub(super) times: String,
}

impl Assets {
    pub(super) fn new(base: &str) -> Self {
        let place = |body, file| format!("{base}/assets/{}/{file}", version(body));
        Self {
            style: place(STYLE, "portcullis.css"),
            mark: place(MARK, "mark.svg"),
            submit: place(SUBMIT, "submit.js"),
            times: place(TIMES, "times.js"),
        }
    }
}

/// The version of a file: a digest of its content.
fn version(body: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..9])
}

/// The value of `Cache-Control` for `body`, requested as version `asked`. A file that was requested
/// as another version, which an instance of another release has named, must not be cached.
fn caching(body: &str, asked: &str) -> String {
    let current = version(body) == asked;
    if current { "public, max-age=31536000, immutable" } else { "no-cache" }.to_owned()
}

/// The endpoints of the files that pages load.
pub(crate) struct AssetsApi;

#[OpenApi(tag = "Tag::Authorization")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl AssetsApi {
    /// Get the style sheet of the pages
    #[oai(path = "/assets/:version/portcullis.css", method = "get", operation_id = "getStyleSheet")]
    async fn style(&self, _anyone: Anyone, version: Path<String>) -> StyleSheet {
        StyleSheet::Found(PlainText(STYLE), caching(STYLE, &version.0))
    }

    /// Get the product's mark, as SVG
    #[oai(path = "/assets/:version/mark.svg", method = "get", operation_id = "getMark")]
    async fn mark(&self, _anyone: Anyone, version: Path<String>) -> Mark {
        Mark::Found(PlainText(MARK), caching(MARK, &version.0))
    }

    /// Get the script that submits a form by itself
    #[oai(path = "/assets/:version/submit.js", method = "get", operation_id = "getSubmitScript")]
    async fn submit(&self, _anyone: Anyone, version: Path<String>) -> Script {
        Script::Found(PlainText(SUBMIT), caching(SUBMIT, &version.0))
    }

    /// Get the script that shows times in the local time zone
    #[oai(path = "/assets/:version/times.js", method = "get", operation_id = "getTimesScript")]
    async fn times(&self, _anyone: Anyone, version: Path<String>) -> Script {
        Script::Found(PlainText(TIMES), caching(TIMES, &version.0))
    }
}

#[derive(ApiResponse)]
enum StyleSheet {
    /// The style sheet.
    #[oai(status = 200, content_type = "text/css; charset=utf-8")]
    Found(PlainText<&'static str>, #[oai(header = "Cache-Control")] String),
}

#[derive(ApiResponse)]
enum Mark {
    /// The mark.
    #[oai(status = 200, content_type = "image/svg+xml")]
    Found(PlainText<&'static str>, #[oai(header = "Cache-Control")] String),
}

#[derive(ApiResponse)]
enum Script {
    /// The script.
    #[oai(status = 200, content_type = "text/javascript; charset=utf-8")]
    Found(PlainText<&'static str>, #[oai(header = "Cache-Control")] String),
}
