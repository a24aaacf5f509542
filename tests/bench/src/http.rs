//! As little of an HTTP client as will do: one connection, kept alive.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderMap, HeaderName},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::Outcome;

pub(crate) type Question = Request<Full<Bytes>>;

/// One connection to a server.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

/// A response, read to the end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    pub(crate) async fn ask(&mut self, question: Question) -> Outcome<Answer> {
        self.0.ready().await?;
        let (parts, body) = self.0.send_request(question).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

impl Answer {
    /// This answer, if it is a success.
    pub(crate) fn success(self) -> Outcome<Self> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }

    /// One string of a JSON object.
    pub(crate) fn text(&self, name: &str) -> Outcome<String> {
        let object: Value = serde_json::from_slice(&self.body)?;
        let text = object[name].as_str().ok_or_else(|| format!("no `{name}` in {object}"))?;
        Ok(text.to_owned())
    }
}

/// Asks for a path.
pub(crate) fn get(path: &str) -> Outcome<Question> {
    build(Method::GET, path, &[], Bytes::new())
}

/// Posts a form.
pub(crate) fn post(
    path: &str,
    headers: &[(HeaderName, &str)],
    form: &[(&str, &str)],
) -> Outcome<Question> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    build(Method::POST, path, &[&[kind], headers].concat(), body.into())
}

/// Posts a JSON object.
pub(crate) fn post_json(path: &str, object: &Value) -> Outcome<Question> {
    let kind = (header::CONTENT_TYPE, "application/json");
    build(Method::POST, path, &[kind], object.to_string().into())
}

fn build(
    method: Method,
    path: &str,
    headers: &[(HeaderName, &str)],
    body: Bytes,
) -> Outcome<Question> {
    let mut question =
        Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    for (name, value) in headers {
        question = question.header(name, *value);
    }
    Ok(question.body(Full::new(body))?)
}
