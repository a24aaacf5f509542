//! The other programs that have a file open, as far as this process may see them.

use std::{fs, path::Path, process};

use super::place::identity;

/// The processes that have a file open, other than this one, as `name (number)`. On systems without
/// `/proc`, and for the processes of other people, nothing is known.
pub(crate) fn holders(file: &Path) -> Vec<String> {
    let Ok(wanted) = identity(file) else { return Vec::new() };
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let mut found: Vec<_> = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|number| *number != process::id() && holds(*number, wanted))
        .map(|number| format!("{} ({number})", name(number)))
        .collect();
    found.sort();
    found
}

fn holds(number: u32, wanted: (u64, u64)) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{number}/fd")) else { return false };
    open.flatten().any(|descriptor| identity(&descriptor.path()).is_ok_and(|it| it == wanted))
}

fn name(number: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{number}/comm"));
    name.map_or_else(|_| "?".to_owned(), |name| name.trim().to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn another_process_that_has_the_file_open_is_named() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(holders(file.path()), Vec::<String>::new(), "this process does not count");
        let handle = file.reopen().expect("opened");
        let mut command = Command::new("cat");
        let command = command.stdin(Stdio::piped()).stdout(handle);
        let mut other = command.spawn().expect("started");
        let held = holders(file.path());
        assert_eq!(held, [format!("cat ({})", other.id())]);
        drop(other.stdin.take());
        other.wait().expect("ended");
        assert_eq!(holders(file.path()), Vec::<String>::new());
    }
}
