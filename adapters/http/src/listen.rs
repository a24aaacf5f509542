//! The listener: HTTP/1.1 on sockets that are open already, with a bound on whatever a stranger can
//! hold: connections in all and per address, the time and size of a request's head, idle time.

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

/// How long nothing is accepted after an attempt failed: most likely, too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// What an operator may decide about connections.
#[derive(Clone, Debug)]
pub struct ListenSettings {
    /// How long a connection may be silent: between two requests, in the middle of one, or while its
    /// answer is worked out.
    pub idle_timeout: Duration,
    /// How long the head of a request may take: from its first byte, or from the opening of the
    /// connection for the first request on it. The header of the PROXY protocol has as long.
    pub head_timeout: Duration,
    /// How many connections may be open.
    pub max_connections: usize,
    /// How many of them one address may hold; an IPv6 /64 counts as one address, a /56 as four and a /48 as
    /// sixteen, and a trusted proxy as none.
    pub max_connections_per_address: usize,
    /// The proxies in front.
    pub proxies: TrustedProxies,
    /// Whether every connection begins with a header of the PROXY protocol, version 1 or 2.
    pub proxy_protocol: bool,
}

/// Open sockets, and how they are served.
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

    /// Serves `router` until `stop` resolves. Requests under way are finished then, unless they take
    /// longer than `grace`.
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

    /// The next connection at any socket. The socket that gave the last one is asked last.
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

/// What every connection needs.
struct Server {
    router: BoxEndpoint<'static, Response>,
    settings: ListenSettings,
    connections: Arc<Connections>,
    /// Requests under way are finished, and no others begin.
    stopping: CancellationToken,
    /// What is not finished is dropped.
    stopped: CancellationToken,
}

impl Server {
    fn new(router: BoxEndpoint<'static, Response>, settings: ListenSettings) -> Self {
        let connections = Arc::new(Connections::new(&settings));
        let (stopping, stopped) = (CancellationToken::new(), CancellationToken::new());
        Self { router, settings, connections, stopping, stopped }
    }

    /// Serves a connection if there is room for it.
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
