//! Streams that fail when a deadline passes.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use super::line::{Line, Phase};

/// The time for which further bytes of the client are discarded after an early response, so that
/// the response arrives: a connection that is closed with unread bytes is reset, and the response
/// is lost.
const LINGER: Duration = Duration::from_secs(2);
/// The greatest number of bytes that are discarded in that time.
const LINGER_BYTES: usize = 2 * 1024 * 1024;

/// A stream that fails if no byte was read or written for too long, or if the head of a request
/// takes too long regardless. The timer is not reset with every read and write, which would cost
/// more than a small response, but when it fires. Responses are written from one buffer, since most
/// are small: a vectored write costs more than a copy.
pub(super) struct TimedStream<S> {
    inner: S,
    line: Arc<Line>,
    idle_timeout: Duration,
    /// The time of the last progress, as of the last look at `moved`.
    moved_at: Instant,
    /// Whether there was progress since `moved_at`.
    moved: bool,
    timer: Pin<Box<Sleep>>,
    lingering: Option<Lingering>,
}

struct Lingering {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> TimedStream<S> {
    pub(super) fn new(inner: S, line: Arc<Line>, idle_timeout: Duration) -> Self {
        let timer = Box::pin(sleep(idle_timeout));
        let moved_at = Instant::now();
        Self { inner, line, idle_timeout, moved_at, moved: false, timer, lingering: None }
    }

    /// Passes on the result of a read or write, and notes the progress.
    fn heed<T>(
        &mut self,
        attempt: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.moved = true;
            return attempt;
        }
        if std::mem::take(&mut self.moved) {
            self.moved_at = Instant::now();
        }
        let silence = self.moved_at + self.idle_timeout;
        let end = self.line.head_until().map_or(silence, |until| until.min(silence));
        if end < self.timer.deadline() {
            self.timer.as_mut().reset(end);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if end <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.timer.as_mut().reset(end);
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> TimedStream<S> {
    /// Discards arriving bytes, for a limited time.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Self { inner, lingering, .. } = self;
        let lingering =
            lingering.get_or_insert_with(|| Lingering { until: Box::pin(sleep(LINGER)), taken: 0 });
        while lingering.taken < LINGER_BYTES {
            let mut scratch = [0; 4096];
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut *inner).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    lingering.taken += buffer.filled().len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return lingering.until.as_mut().poll(context),
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let attempt = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.line.bytes_came();
        }
        self.heed(attempt, context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.heed(attempt, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.inner).poll_shutdown(context))?;
        }
        let unread = matches!(self.line.phase().0, Phase::Head | Phase::Body | Phase::Unread);
        if unread {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::advance,
    };

    use super::*;

    const SILENCE: Duration = Duration::from_mins(1);
    const ALMOST: Duration = Duration::from_secs(59);
    const HEAD: Duration = Duration::from_hours(1);

    fn timed(head_timeout: Duration) -> (TimedStream<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(8);
        (TimedStream::new(ours, Arc::new(Line::new(head_timeout)), SILENCE), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_given_up() {
        let (mut ours, _theirs) = timed(HEAD);
        let began = Instant::now();
        let error = ours.read_u8().await.expect_err("nothing came");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_moves_either_way_begins_the_wait_anew() {
        let (mut ours, mut theirs) = timed(HEAD);
        let began = Instant::now();
        for _ in 0..3 {
            advance(ALMOST).await;
            theirs.write_u8(1).await.expect("written");
            assert_eq!(ours.read_u8().await.expect("read"), 1);
            advance(ALMOST).await;
            ours.write_u8(2).await.expect("written");
            assert_eq!(theirs.read_u8().await.expect("read"), 2);
        }
        let spoken = began.elapsed();
        ours.read_u8().await.expect_err("nothing more came");
        assert!(began.elapsed() >= spoken + SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_take_the_answer_is_given_up() {
        let (mut ours, _theirs) = timed(HEAD);
        let error = ours.write_all(&[0; 64]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_in_is_given_up_at_its_deadline() {
        let (mut ours, mut theirs) = timed(Duration::from_secs(10));
        let began = Instant::now();
        let trickle = tokio::spawn(async move {
            while theirs.write_u8(b'x').await.is_ok() {
                sleep(Duration::from_secs(3)).await;
            }
        });
        let error = loop {
            match ours.read_u8().await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 10);
        drop(ours);
        trickle.await.expect("it ends");
    }
}
