//! Connections that are given up when nothing moves on them any more.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// A connection that fails when nothing has moved on it for too long. Its timer is left alone while
/// something moves, and set again when it goes off: to set it with every read and write would cost
/// more than a small answer does.
pub(crate) struct Attentive<S> {
    stream: S,
    silence: Duration,
    moved_at: Instant,
    timer: Pin<Box<Sleep>>,
}

impl<S> Attentive<S> {
    /// Gives `stream` up after this much silence.
    pub(super) fn new(stream: S, silence: Duration) -> Self {
        Self { stream, silence, moved_at: Instant::now(), timer: Box::pin(sleep(silence)) }
    }

    /// Passes on what came of an attempt to move something.
    fn heed<T>(
        &mut self,
        attempt: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.moved_at = Instant::now();
            return attempt;
        }
        while self.timer.as_mut().poll(context).is_ready() {
            let end = self.moved_at + self.silence;
            if end <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.timer.as_mut().reset(end);
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Attentive<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.heed(attempt, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Attentive<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.heed(attempt, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.heed(attempt, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::advance,
    };

    use super::*;

    const SILENCE: Duration = Duration::from_mins(1);
    const ALMOST: Duration = Duration::from_secs(59);

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_given_up() {
        let (ours, _theirs) = duplex(8);
        let mut ours = Attentive::new(ours, SILENCE);
        let began = Instant::now();
        let error = ours.read_u8().await.expect_err("nothing came");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_moves_either_way_begins_the_wait_anew() {
        let (ours, mut theirs) = duplex(8);
        let mut ours = Attentive::new(ours, SILENCE);
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
        let (ours, _theirs) = duplex(8);
        let mut ours = Attentive::new(ours, SILENCE);
        let error = ours.write_all(&[0; 64]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
