//! `portcullis user …`.

use std::io::{BufRead, stdin};

use clap::{Args, Subcommand};
use domain::{Secret, UserState};
use ports::{
    inbound::{AdministerUsers, NewUser, OneTimePassword, UserChange},
    outbound::Page,
};

use crate::{StartupError, assembly::Assembly, instant::instant};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Create an account. A one-time password is printed, unless a password is given.
    Add(Add),
    /// Set a new password, and end all sessions and grants of the account. A one-time password is
    /// printed, unless a password is given.
    #[command(visible_alias = "reset-password")]
    Passwd(Passwd),
    /// Disable an account, and end all its sessions and grants.
    Disable {
        /// The user name of the account.
        username: String,
    },
    /// Enable a disabled account.
    Enable {
        /// The user name of the account.
        username: String,
    },
    /// Change the user name, name or e-mail address. An empty text removes a name or an address.
    Set(Set),
    /// Delete an account, and end all its sessions and grants. The audit record keeps its events, under
    /// the `sub` of its tokens.
    Delete {
        /// The user name of the account.
        username: String,
    },
    /// List the accounts.
    List,
}

#[derive(Args)]
pub(super) struct Add {
    /// The user name to sign in with.
    username: String,
    /// The name of the person (claim `name`).
    #[arg(long)]
    name: Option<String>,
    /// The e-mail address (claim `email`), which you have verified.
    #[arg(long)]
    email: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Args)]
pub(super) struct Set {
    /// The current user name of the account.
    username: String,
    /// The new user name to sign in with.
    #[arg(long = "username", id = "new-username", value_name = "USERNAME")]
    new_username: Option<String>,
    /// The name of the person (claim `name`).
    #[arg(long)]
    name: Option<String>,
    /// The e-mail address (claim `email`), which you have verified.
    #[arg(long)]
    email: Option<String>,
}

#[derive(Args)]
pub(super) struct Passwd {
    /// The user name of the account.
    username: String,
    #[command(flatten)]
    password: Password,
}

#[derive(Args)]
struct Password {
    /// Read the password from the first line of standard input. It must be one that the person could
    /// choose themselves.
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(assembly: &Assembly, command: UserCommand) -> Result<(), StartupError> {
    let users = assembly.users();
    match command {
        UserCommand::Add(Add { username, name, email, password }) => {
            let password = password.read()?;
            let one_time =
                users.add(NewUser { username: username.clone(), name, email, password }).await?;
            println!("The account {username} was made.");
            tell(one_time.as_ref());
        }
        UserCommand::Passwd(Passwd { username, password }) => {
            let one_time = users.set_password(&username, password.read()?).await?;
            println!(
                "The password of {username} was changed; their sessions and tokens have ended."
            );
            tell(one_time.as_ref());
        }
        UserCommand::Disable { username } => {
            users.set_enabled(&username, false).await?;
            println!("{username} is disabled; their sessions and tokens have ended.");
        }
        UserCommand::Enable { username } => {
            users.set_enabled(&username, true).await?;
            println!("{username} may sign in again.");
        }
        UserCommand::Set(Set { username, new_username, name, email }) => {
            users.update(&username, UserChange { username: new_username, name, email }).await?;
            println!("The account {username} was changed.");
        }
        UserCommand::Delete { username } => {
            users.delete(&username).await?;
            println!("{username} is deleted; their sessions and tokens have ended.");
        }
        UserCommand::List => list(&users).await?,
    }
    Ok(())
}

impl Password {
    fn read(&self) -> Result<Option<Secret>, StartupError> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line);
        read.map_err(|error| StartupError::Start(format!("the password cannot be read: {error}")))?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(StartupError::Start(
                "the first line of standard input is empty; the password goes there".to_owned(),
            ));
        }
        Ok(Some(Secret::new(password)))
    }
}

fn tell(one_time: Option<&OneTimePassword>) {
    if let Some(OneTimePassword { password, expires_at }) = one_time {
        println!("One-time password: {}", password.expose());
        println!(
            "It is good for one sign-in, until {}, and must be replaced then.",
            instant(*expires_at)
        );
    }
}

async fn list(users: &impl AdministerUsers) -> Result<(), StartupError> {
    const LIMIT: u32 = 500;
    let mut after = None;
    loop {
        let page = users.list(Page { after, limit: LIMIT }).await?;
        for user in &page {
            let state = match user.state {
                UserState::Active => "active",
                UserState::Disabled => "disabled",
            };
            println!(
                "{}\t{}\t{state}\t{}",
                user.username.as_str(),
                user.id,
                user.email.as_deref().unwrap_or("-")
            );
        }
        match page.last() {
            Some(last) => after = Some(last.username.as_str().to_owned()),
            None => return Ok(()),
        }
    }
}
