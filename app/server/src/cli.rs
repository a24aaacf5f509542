//! The command line.

mod audit;
mod client;
mod serve;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    StartupError,
    assembly::{Assembly, Purpose},
    config::{self, Config},
    telemetry,
};

/// A self-hosted OAuth 2.1 and OpenID Connect authorization server.
///
/// Every setting has a default, can stand in a file, and can be overridden in the environment:
/// `PORTCULLIS_SERVER__ISSUER` is `server.issuer`.
#[derive(Parser)]
#[command(name = "portcullis", version)]
pub(crate) struct Arguments {
    /// The configuration file; `portcullis.toml` is read if it is there.
    #[arg(long, short, global = true, env = "PORTCULLIS_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve. This is what happens without a command, too.
    Serve(Serve),
    /// Say whether the configuration is good, and change nothing.
    CheckConfig,
    /// Read the audit record. This works beside a running server.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look after local accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Look after clients that are not in the configuration.
    #[command(subcommand)]
    Client(client::ClientCommand),
}

#[derive(Args, Default)]
struct Serve {
    /// Make a new, empty database although there was one before: nobody who is known now will be known
    /// then.
    #[arg(long)]
    new_database: bool,
}

/// Carries out a command.
pub(crate) fn run(arguments: Arguments) -> Result<(), StartupError> {
    let config = config::load(arguments.config.as_deref())?;
    Assembly::check(&config)?;
    telemetry::start(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| StartupError::Start(format!("no threads can be started: {error}")))?;
    runtime
        .block_on(carry_out(arguments.command.unwrap_or(Command::Serve(Serve::default())), config))
}

async fn carry_out(command: Command, config: Config) -> Result<(), StartupError> {
    match command {
        Command::CheckConfig => {
            for doubt in Assembly::doubts(&config) {
                println!("Perhaps not meant: {doubt}.");
            }
            println!("The configuration is good.");
            Ok(())
        }
        Command::Serve(Serve { new_database }) => serve::serve(config, new_database).await,
        Command::User(command) => {
            user::run(&Assembly::open(config, Purpose::Command).await?, command).await
        }
        Command::Client(command) => {
            client::run(&Assembly::open(config, Purpose::Command).await?, command).await
        }
        Command::Audit(command) => {
            audit::run(&Assembly::open(config, Purpose::Command).await?, command).await
        }
    }
}
