//! The progress of a connection with its current request.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The phases of a request on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No byte of a request has arrived.
    Idle,
    /// The head of a request is arriving.
    Head,
    /// The body of a request is arriving.
    Body,
    /// The whole request has arrived, and the response is being computed or written.
    Answering,
    /// The response was written before the whole request had arrived. No further request can
    /// follow.
    Unread,
}

/// The state of one connection, shared by its stream, its requests and the table of connections.
#[derive(Debug)]
pub(super) struct Line {
    state: Mutex<State>,
    head_timeout: Duration,
    /// Cancelled when the connection must be closed in favour of another.
    pub(super) evicted: CancellationToken,
}

#[derive(Clone, Copy, Debug)]
struct State {
    phase: Phase,
    since: Instant,
    /// The deadline of the request head. It is set from the opening of the connection until the
    /// first head is complete, and later from the first byte of each.
    head_until: Option<Instant>,
}

impl Line {
    pub(super) fn new(head_timeout: Duration) -> Self {
        let now = Instant::now();
        let state = State { phase: Phase::Idle, since: now, head_until: Some(now + head_timeout) };
        Self { state: Mutex::new(state), head_timeout, evicted: CancellationToken::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The phase, and the time at which it began.
    pub(super) fn phase(&self) -> (Phase, Instant) {
        let state = self.state();
        (state.phase, state.since)
    }

    /// The deadline of the request head; `None` if none is expected or it has no deadline.
    pub(super) fn head_until(&self) -> Option<Instant> {
        self.state().head_until
    }

    /// Notes that bytes arrived.
    pub(super) fn bytes_came(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            let now = Instant::now();
            let head_until = state.head_until.unwrap_or(now + self.head_timeout);
            *state = State { phase: Phase::Head, since: now, head_until: Some(head_until) };
        }
    }

    /// Notes that the head of a request is complete; and its body, too, if `whole`.
    fn head_came(&self, whole: bool) {
        let phase = if whole { Phase::Answering } else { Phase::Body };
        *self.state() = State { phase, since: Instant::now(), head_until: None };
    }

    fn body_came(&self) {
        let mut state = self.state();
        if state.phase == Phase::Body {
            *state = State { phase: Phase::Answering, since: Instant::now(), head_until: None };
        }
    }

    fn answered(&self) {
        let mut state = self.state();
        let phase = if state.phase == Phase::Body { Phase::Unread } else { Phase::Idle };
        *state = State { phase, since: Instant::now(), head_until: None };
    }
}

/// The body of a request, which reports to its line when it is complete.
pub(super) struct RequestBody {
    inner: Incoming,
    line: Arc<Line>,
}

impl RequestBody {
    /// Starts a request on `line`, whose head is complete.
    pub(super) fn new(inner: Incoming, line: Arc<Line>) -> Self {
        line.head_came(inner.is_end_stream());
        Self { inner, line }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if frame.is_none() || self.inner.is_end_stream() {
            self.line.body_came();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of a response, which reports to its line when it is dropped.
pub(super) struct ResponseBody<B> {
    inner: B,
    line: Arc<Line>,
}

impl<B> ResponseBody<B> {
    pub(super) fn new(inner: B, line: Arc<Line>) -> Self {
        Self { inner, line }
    }
}

impl<B> Drop for ResponseBody<B> {
    fn drop(&mut self) {
        self.line.answered();
    }
}

impl<B: Body + Unpin> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
