//! A closed loop: so many connections, each asking again as soon as it has its answer.

use std::{net::SocketAddr, time::Duration};

use tokio::task::JoinSet;

use crate::{
    Outcome,
    http::{Answer, Connection, Question},
    stopwatch::Stopwatch,
};

/// The number of concurrent connections.
pub(crate) const CONNECTIONS: usize = 16;

const WARM_UP: Duration = Duration::from_millis(500);
const MEASURED: Duration = Duration::from_secs(3);

/// The requests of one connection.
pub(crate) trait Script: Send + 'static {
    fn ask(&mut self) -> Outcome<Question>;

    /// Reads a success.
    fn hear(&mut self, answer: &Answer) -> Outcome<()>;
}

/// The performance of a server under load.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) p99: Duration,
}

/// Asks the same questions over and over.
pub(crate) struct Round {
    questions: Vec<Question>,
    next: usize,
}

impl Round {
    /// A script for each connection; they begin at different questions.
    pub(crate) fn each(questions: &[Question]) -> Vec<Self> {
        let stride = questions.len().div_ceil(CONNECTIONS);
        let begun = |index| Self { questions: questions.to_vec(), next: index * stride };
        (0..CONNECTIONS).map(begun).collect()
    }
}

impl Script for Round {
    fn ask(&mut self) -> Outcome<Question> {
        self.next += 1;
        Ok(self.questions[self.next % self.questions.len()].clone())
    }

    fn hear(&mut self, _: &Answer) -> Outcome<()> {
        Ok(())
    }
}

/// Puts a server under load, one connection for each script, and gives the scripts back.
pub(crate) async fn drive<S: Script>(
    server: SocketAddr,
    scripts: Vec<S>,
) -> Outcome<(Load, Vec<S>)> {
    let clock = Stopwatch::start();
    let mut tasks = JoinSet::new();
    for script in scripts {
        tasks.spawn(converse(server, script, clock));
    }
    let (mut took, mut scripts) = (Vec::new(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (times, script) = done??;
        took.extend(times);
        scripts.push(script);
    }
    took.sort_unstable();
    let rank = took.len() * 99 / 100;
    let p99 = *took.get(rank).ok_or("nothing was answered in time")?;
    let answered = f64::from(u32::try_from(took.len())?);
    Ok((Load { per_second: answered / MEASURED.as_secs_f64(), p99 }, scripts))
}

/// Talks until the time is up; remembers how long each answer took that came after the warm-up.
async fn converse<S: Script>(
    server: SocketAddr,
    mut script: S,
    clock: Stopwatch,
) -> Outcome<(Vec<Duration>, S)> {
    let mut connection = Connection::open(server).await?;
    let mut took = Vec::new();
    loop {
        let asked = clock.elapsed();
        let answer = connection.ask(script.ask()?).await?.success()?;
        script.hear(&answer)?;
        let answered = clock.elapsed();
        if answered > WARM_UP + MEASURED {
            return Ok((took, script));
        }
        if answered > WARM_UP {
            took.push(answered.saturating_sub(asked));
        }
    }
}
