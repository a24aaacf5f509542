//! The binary `portcullis`.

mod assembly;
mod cli;
mod config;
mod instant;
mod telemetry;
mod trouble;

use std::process::ExitCode;

use clap::Parser;

pub(crate) use self::trouble::Trouble;

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
