//! `portcullis serve`.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use crate::{
    StartupError,
    assembly::{Assembly, Background, Purpose, Running, Turn, listen, startup_message},
    config::Config,
};

/// Serves until a signal asks to stop, then finishes the requests in progress.
pub(super) async fn serve(config: Config, new_database: bool) -> Result<(), StartupError> {
    for doubt in Assembly::doubts(&config) {
        tracing::warn!("perhaps not meant: {doubt}");
    }
    // Before anything is made: a port may be taken.
    let sockets = listen(&config).await?;
    let stop = stop_signal()?;
    let turn = Turn::take(&config).await?;
    let assembly = Assembly::open(config, Purpose::Serve { new_database }).await?;
    let Running { application, administration, settings, maintenance, presence } =
        assembly.run().await?;
    let background = Background::start(&maintenance, &presence, assembly.audit_keeping());
    let tasks = adapter_http::Tasks::default();
    let router = adapter_http::router(&application, &settings, &tasks);
    println!("{}", startup_message(&assembly).await?);
    drop(turn);
    let grace = assembly.config.server.shutdown_grace;
    let (stopping, stopped) = watch::channel(false);
    let stop = async {
        stop.await;
        stopping.send_replace(true);
    };
    let admin = async {
        if let Some(listeners) = sockets.admin {
            let router = adapter_http::admin_router(&administration);
            listeners.serve(router, until(stopped), grace).await;
        }
    };
    tokio::join!(sockets.public.serve(router, stop, grace), admin);
    if timeout(grace, tasks.finished()).await.is_err() {
        tracing::warn!("requests are left unfinished");
    }
    drop(background);
    if let Err(error) = assembly.audit.close().await {
        tracing::warn!(%error, "what was refused last is not in the audit record");
    }
    for store in &assembly.stores.housekeeping {
        store.close().await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Resolves when `stopped` is true.
async fn until(mut stopped: watch::Receiver<bool>) {
    // Without a sender nobody can stop it any more.
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// Resolves at SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, StartupError> {
    let trouble =
        |error: std::io::Error| StartupError::Start(format!("signals cannot be received: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(trouble)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(trouble)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests under way are finished");
    })
}
