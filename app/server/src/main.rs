//! The binary `portcullis`.

mod assembly;
mod cli;
mod config;
mod instant;
mod startup_error;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

pub(crate) use self::startup_error::StartupError;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("portcullis: {trouble}");
            ExitCode::from(trouble.exit_code())
        }
    }
}
