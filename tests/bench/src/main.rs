//! Measures `portcullis` against what this machine can do, in one run.

mod browser;
mod ceiling;
mod figures;
mod http;
mod load;
mod oauth;
mod page;
mod postgres;
mod process;
mod single;
mod sqlite;
mod stopwatch;
mod table;

use std::{env, error::Error, path::Path, process::ExitCode};

/// A measurement that cannot be made says why and ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["ceiling", algorithm, port, folder] => ceiling::serve(algorithm, port, Path::new(folder)),
        [binary, folder] => figures::measure(Path::new(binary), Path::new(folder)),
        _ => Err("usage: bench <the portcullis binary> <an empty folder>".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
