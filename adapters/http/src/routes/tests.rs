//! Endpoints whose caller hangs up.

use std::time::Duration;

use poem::endpoint::make;
use tokio::{sync::Notify, time::timeout};

use super::*;

#[tokio::test]
async fn an_answer_is_worked_out_even_if_nobody_waits_for_it() {
    let (release, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let shared = (release.clone(), done.clone());
    let endpoint = make(move |_| {
        let (release, done) = shared.clone();
        async move {
            release.notified().await;
            done.notify_one();
            Ok::<_, Error>(Response::default())
        }
    });
    let tasks = TaskTracker::new();
    let endpoint = Arc::new(endpoint.boxed());
    let mut answer = Box::pin(to_the_end(endpoint, Request::default(), &tasks));
    tokio::select! {
        biased;
        _ = &mut answer => panic!("answered too soon"),
        () = std::future::ready(()) => drop(answer),
    }
    release.notify_one();
    tasks.close();
    timeout(Duration::from_secs(20), tasks.wait()).await.expect("it ends");
    timeout(Duration::from_secs(20), done.notified()).await.expect("it was done");
}

#[tokio::test]
async fn a_panic_is_answered() {
    let endpoint = make(|_| async {
        let nothing: Option<Response> = std::hint::black_box(None);
        Ok::<_, Error>(nothing.expect("an answer"))
    });
    let endpoint = Arc::new(endpoint.boxed());
    let answer = to_the_end(endpoint, Request::default(), &TaskTracker::new()).await;
    assert_eq!(answer.expect_err("an error").status(), StatusCode::INTERNAL_SERVER_ERROR);
}
