//! One connection, from its first byte to its last.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use poem::{
    Body, Endpoint, Request, RequestParts, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{net::TcpStream, time::timeout};

use super::{
    Server,
    connections::Place,
    line::{Line, Phase, RequestBody, ResponseBody},
    proxy_protocol,
    stream::TimedStream,
};

/// The longest head of a request, as in a stock nginx (`large_client_header_buffers`). A longer one is
/// answered 431.
const LONGEST_HEAD: usize = 32 * 1024;
/// The size of the read buffer of a connection, in bytes.
const BUFFER: usize = 64 * 1024;

/// A connection that was admitted.
pub(super) struct Connection {
    pub(super) server: Arc<Server>,
    pub(super) place: Place,
    pub(super) peer: SocketAddr,
}

impl Connection {
    /// Serves the requests on the connection.
    pub(super) async fn serve(mut self, mut stream: TcpStream) {
        if self.server.settings.proxy_protocol && !self.identify(&mut stream).await {
            return;
        }
        let Ok(local) = stream.local_addr() else { return };
        let line = self.place.line.clone();
        let (server, peer) = (&self.server, self.peer);
        let stream = TimedStream::new(stream, line.clone(), server.settings.idle_timeout);
        let service = service_fn(|request| {
            let request = self.request(request, local);
            let line = line.clone();
            async move { Ok::<_, Infallible>(answer(server, request, line).await) }
        });
        let mut connection = pin!(builder().serve_connection(TokioIo::new(stream), service));
        let outcome = tokio::select! {
            outcome = &mut connection => outcome,
            () = server.stopping.cancelled() => {
                if matches!(line.phase().0, Phase::Idle | Phase::Head) {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(%error, %peer, "a connection broke off");
        }
    }

    /// Reads the client's address from the header of the PROXY protocol. Returns false if the
    /// connection must not be served.
    async fn identify(&mut self, stream: &mut TcpStream) -> bool {
        let settings = &self.server.settings;
        if !settings.proxies.trust(self.peer.ip()) {
            tracing::debug!(peer = %self.peer, "refused: not one of `server.trusted_proxies`");
            return false;
        }
        let header = timeout(settings.head_timeout, proxy_protocol::read(stream)).await;
        match header.unwrap_or_else(|_| Err("it did not arrive in time".to_owned())) {
            Ok(None) => true,
            Ok(Some(client)) => {
                self.peer = client;
                self.place.belongs_to(client.ip())
            }
            Err(reason) => {
                tracing::debug!(peer = %self.peer, reason, "refused: no good PROXY header");
                false
            }
        }
    }

    /// A request as the router takes it, with the address of the client rather than of a proxy.
    fn request(&self, request: hyper::Request<Incoming>, local: SocketAddr) -> Request {
        let (parts, body) = request.into_parts();
        let client = self.server.settings.proxies.client(self.peer.ip(), &parts.headers);
        let port = if client == self.peer.ip().to_canonical() { self.peer.port() } else { 0 };
        let remote = RemoteAddr(SocketAddr::new(client, port).into());
        let local = LocalAddr(local.into());
        let parts = RequestParts::from((parts, local, remote, Scheme::HTTP));
        let body = RequestBody::new(body, self.place.line.clone());
        if body.is_end_stream() {
            return Request::from_parts(parts, Body::empty());
        }
        let body: BoxBody<Bytes, io::Error> = body.map_err(io::Error::other).boxed();
        Request::from_parts(parts, Body::from(body))
    }
}

/// An HTTP/1.1 builder without deadlines, which the stream has.
fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.header_read_timeout(None).max_header_size(LONGEST_HEAD).max_buf_size(BUFFER);
    builder
}

async fn answer(
    server: &Server,
    request: Request,
    line: Arc<Line>,
) -> hyper::Response<ResponseBody<BoxBody<Bytes, io::Error>>> {
    let response: Response =
        server.router.call(request).await.unwrap_or_else(poem::Error::into_response);
    hyper::Response::from(response).map(|body| ResponseBody::new(body, line))
}
