//! The writes of one commit, and the handling of its failure.

use std::iter::repeat_n;

use sea_orm::{DbBackend, Statement};

use super::{Answer, Desk, Failure, Job, Outcome, Waiting, Write, file::Relief, pool};
use crate::{
    event_rows::{ActiveModel, insertion},
    write_probe,
};

/// The largest number of events in one statement: as many statements are prepared.
const EVENTS: usize = 16;

/// Jobs, and who waits for them.
#[derive(Default)]
pub(super) struct Batch {
    work: Work,
    changed: Vec<Answer>,
    recorded: Vec<Answer>,
    probed: Vec<Answer>,
    /// The callers that wait for maintenance of the disk.
    pub(super) tending: Vec<Answer>,
    /// The caller that waits for the writer to stop.
    pub(super) closing: Option<Answer>,
}

impl Batch {
    pub(super) fn of(jobs: &mut Vec<Waiting>) -> Self {
        let mut batch = Self::default();
        for Waiting { job, answer } in jobs.drain(..) {
            match job {
                Job::Write(step) => {
                    batch.work.steps.push(step);
                    batch.changed.push(answer);
                }
                Job::Record(event) => {
                    batch.work.events.push(*event);
                    batch.recorded.push(answer);
                }
                Job::Probe => {
                    batch.work.probes += 1;
                    batch.probed.push(answer);
                }
                Job::Tend => batch.tending.push(answer),
                Job::Close => batch.closing = Some(answer),
            }
        }
        batch
    }

    /// Nobody is answered before everything is durable. A conflict is one caller's, and so is a
    /// statement that the database refuses.
    pub(super) async fn commit(self, desk: &mut Desk) {
        if self.work.len() == 0 {
            return;
        }
        let results = match run(desk, &self.work).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(failure) if self.work.len() == 1 || failure.is_everybodys() => {
                vec![Err(failure); self.work.len()]
            }
            Err(_) => one_by_one(desk, self.work).await,
        };
        let answers = self.changed.into_iter().chain(self.recorded).chain(self.probed);
        for (answer, result) in answers.zip(results) {
            drop(answer.send(result.map_err(Into::into).and_then(Into::into)));
        }
    }
}

/// Jobs of every kind, in the order in which they are answered.
#[derive(Default)]
struct Work {
    steps: Vec<Write>,
    events: Vec<ActiveModel>,
    /// The number of callers that wait for a write probe.
    probes: usize,
}

impl Work {
    /// Returns the measures that the batch may take if the disk is full.
    fn relief(&self) -> Relief {
        match self.probes {
            0 if self.events.is_empty() && self.steps.iter().all(|step| step.frees) => {
                Relief::Freeing
            }
            0 => Relief::None,
            _ => Relief::Looking,
        }
    }

    fn len(&self) -> usize {
        self.steps.len() + self.events.len() + self.probes
    }

    /// Each job by itself.
    fn apart(self) -> impl Iterator<Item = Self> {
        let steps = self.steps.into_iter();
        let steps = steps.map(|step| Self { steps: vec![step], ..Self::default() });
        let events = self.events.into_iter();
        let events = events.map(|event| Self { events: vec![event], ..Self::default() });
        let probes = (0..self.probes).map(|_| Self { probes: 1, ..Self::default() });
        steps.chain(events).chain(probes)
    }

    /// As few statements as do everything but the steps.
    fn statements(&self, backend: DbBackend) -> Vec<Statement> {
        let insert = |some: &[ActiveModel]| insertion(some.to_vec(), backend);
        let inserts = self.events.chunks(EVENTS).map(insert);
        inserts.chain((self.probes > 0).then(|| write_probe::statement(backend))).collect()
    }
}

/// Does everything in one transaction: what each job came to, or why nothing was done.
async fn run(desk: &mut Desk, work: &Work) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes = match desk {
        Desk::File(file) => {
            let others = work.statements(DbBackend::Sqlite);
            file.run(&work.steps, &others, work.relief()).await?
        }
        Desk::Server(server) => {
            pool::run_all(server, &work.statements(DbBackend::Postgres)).await?;
            Vec::new()
        }
    };
    outcomes.extend(repeat_n(Outcome::Changed(1), work.len() - outcomes.len()));
    Ok(outcomes)
}

/// Does each job in a transaction of its own, so that only the culprit is told of its failure. Should
/// the database itself fail meanwhile, nobody has to wait to be told the same.
async fn one_by_one(desk: &mut Desk, work: Work) -> Vec<Result<Outcome, Failure>> {
    let mut results: Vec<Result<Outcome, Failure>> = Vec::with_capacity(work.len());
    for alone in work.apart() {
        let result = match results.last() {
            Some(Err(failure)) if failure.is_everybodys() => Err(failure.clone()),
            _ => run(desk, &alone).await.map(|outcomes| outcomes[0]),
        };
        results.push(result);
    }
    results
}
