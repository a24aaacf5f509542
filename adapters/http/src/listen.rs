//! The listener: HTTP/1.1 on open sockets, with a bound on everything that a stranger can occupy:
//! connections in total and per address, the time and size of a request head, idle time.

mod connection;
mod connections;
mod held;
mod line;
mod proxies;
mod proxy_protocol;
mod seldom;
mod stream;

use std::{future::poll_fn, io, net::SocketAddr, sync::Arc, task::Poll, time::Duration};

use poem::{Endpoint, EndpointExt, Response, endpoint::BoxEndpoint};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::proxies::{ForwardedHeader, TrustedProxies};
use self::{connection::Connection, connections::Connections, seldom::Seldom};

/// The pause after a failed attempt to accept a connection: most likely, too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// The settings of the listener.
#[derive(Clone, Debug)]
pub struct ListenSettings {
    /// The greatest time without any byte on a connection: between two requests, within one, or
    /// while its response is computed.
    pub idle_timeout: Duration,
    /// The greatest time for the head of a request: from its first byte, or from the opening of the
    /// connection for the first request on it. The header of the PROXY protocol has the same time.
    pub head_timeout: Duration,
    /// The greatest number of open connections.
    pub max_connections: usize,
    /// The greatest number of open connections of one address. An IPv6 /64 counts as one address, a
    /// /56 as four and a /48 as sixteen; a trusted proxy is not counted.
    pub max_connections_per_address: usize,
    /// The trusted proxies in front of the server.
    pub proxies: TrustedProxies,
    /// Whether every connection begins with a header of the PROXY protocol, version 1 or 2.
    pub proxy_protocol: bool,
}

/// Open sockets, with the settings to serve them by.
#[derive(Debug)]
pub struct Listeners {
    listeners: Vec<TcpListener>,
    settings: ListenSettings,
}

impl Listeners {
    /// Takes over sockets that listen.
    #[must_use]
    pub fn new(listeners: Vec<TcpListener>, settings: ListenSettings) -> Self {
        Self { listeners, settings }
    }

    /// Serves `router` until `stop` resolves. Requests in progress are then finished, unless they
    /// take longer than `grace`.
    pub async fn serve(
        mut self,
        router: impl Endpoint<Output = Response> + 'static,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) {
        let server = Arc::new(Server::new(router.boxed(), self.settings.clone()));
        let refused = Seldom::default();
        let (tasks, mut stop) = (TaskTracker::new(), std::pin::pin!(stop));
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => server.clone().take(stream, peer, &tasks),
                Err(error) => {
                    if let Some(times) = refused.count() {
                        tracing::warn!(%error, times, "connections cannot be accepted");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
        drop(self);
        server.stopping.cancel();
        tasks.close();
        if timeout(grace, tasks.wait()).await.is_err() {
            server.stopped.cancel();
            tasks.wait().await;
        }
    }

    /// The next connection from any socket. The socket that gave the previous one is polled last.
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|context| {
            for at in 0..self.listeners.len() {
                if let Poll::Ready(accepted) = self.listeners[at].poll_accept(context) {
                    self.listeners[at..].rotate_left(1);
                    return Poll::Ready(accepted);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The state that all connections share.
struct Server {
    router: BoxEndpoint<'static, Response>,
    settings: ListenSettings,
    connections: Arc<Connections>,
    /// Cancelled when no new request may start and requests in progress are to be finished.
    stopping: CancellationToken,
    /// Cancelled when requests in progress are to be aborted.
    stopped: CancellationToken,
}

impl Server {
    fn new(router: BoxEndpoint<'static, Response>, settings: ListenSettings) -> Self {
        let connections = Arc::new(Connections::new(&settings));
        let (stopping, stopped) = (CancellationToken::new(), CancellationToken::new());
        Self { router, settings, connections, stopping, stopped }
    }

    /// Serves a connection, if the table of connections admits it.
    fn take(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, tasks: &TaskTracker) {
        let Some(place) = self.connections.admit(peer.ip()) else { return };
        let (stopped, evicted) = (self.stopped.clone(), place.line.evicted.clone());
        tasks.spawn(async move {
            let connection = Connection { server: self, place, peer };
            tokio::select! {
                () = connection.serve(stream) => {}
                () = evicted.cancelled() => {}
                () = stopped.cancelled() => {}
            }
        });
    }
}
