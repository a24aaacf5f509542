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
    /// Run the server. This is the default command.
    Serve(Serve),
    /// Check the configuration and report every mistake. Nothing is changed.
    CheckConfig,
    /// Read the audit record, also while the server is running.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Manage local accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Manage clients that are not in the configuration.
    #[command(subcommand)]
    Client(client::ClientCommand),
}

#[derive(Args, Default)]
struct Serve {
    /// Create a new, empty database in place of one that is missing: the accounts, clients and signing
    /// keys of the old one are gone.
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
                println!("Warning: {doubt}.");
            }
            println!("The configuration is valid.");
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
