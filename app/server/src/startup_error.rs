//! The errors that end a command.

use ports::{inbound::AdminError, outbound::StoreError};

use crate::config::{ConfigError, Mistakes};

/// An error that ends a command: one sentence, and an exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartupError {
    /// A setting is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration has mistakes.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The server cannot start.
    #[error("{0}")]
    Start(String),
    /// The store failed.
    #[error("the database cannot be used: {}", chain(.0))]
    Store(#[from] StoreError),
    /// An administrative command was refused or failed.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

impl StartupError {
    /// 2 for what the operator must change first, 1 for a wish that was not met.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Mistakes(_)
            | Self::Start(_)
            | Self::Store(_)
            | Self::Admin(AdminError::Failed(_)) => 2,
            Self::Admin(_) => 1,
        }
    }
}

/// The error and what is behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        said = format!("{said}: {source}");
        next = source.source();
    }
    said
}
