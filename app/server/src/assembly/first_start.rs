//! The first start: the first account, and the message with its password.

use std::fmt::Write;

use domain::Username;
use ports::inbound::{AdminError, AdministerUsers, NewUser, OneTimePassword};

use super::Assembly;
use crate::{
    StartupError,
    config::{Config, ConfigError, Sensitive},
    instant::instant,
};

/// Checks the user name and the password of the first account.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |key: &str, reason: String| ConfigError::wrong(format!("bootstrap.{key}"), reason);
    let username = Username::parse(&config.bootstrap.username)
        .map_err(|error| wrong("username", error.to_string()))?;
    let password = config.bootstrap.password.as_ref().map(Sensitive::read).transpose();
    match password.map_err(|error| wrong("password", error))? {
        Some(password) => services::AdministerUsers::judge_password(&username, &password)
            .map_err(|error| wrong("password", error.to_string())),
        None => Ok(()),
    }
}

/// Creates the first account if there is none, and returns the message for the operator.
pub(crate) async fn startup_message(house: &Assembly) -> Result<String, StartupError> {
    let base = house.issuer.base();
    let mut said = format!(
        "Portcullis is ready.\n\n  Issuer        {}\n  Your account  {base}/account\n  API document  {base}/docs\n",
        house.issuer
    );
    if let Some(account) = first_account(house).await? {
        said.push_str(&account);
    }
    if house.issuer.is_local() {
        // Writing to a string cannot fail.
        let _ = write!(
            said,
            "\nTo protect an MCP server, let its protected resource metadata say\n\n  \
             \"authorization_servers\": [\"{}\"]\n\nand give your MCP client the server's address, for example\n\n  \
             npx mcp-remote http://localhost:3000/mcp\n",
            house.issuer
        );
    }
    Ok(said)
}

async fn first_account(house: &Assembly) -> Result<Option<String>, StartupError> {
    let users = house.users();
    if !users.is_empty().await? {
        return Ok(None);
    }
    let bootstrap = &house.config.bootstrap;
    let password = bootstrap.password.as_ref().map(Sensitive::read).transpose();
    let password =
        password.map_err(|error| StartupError::Start(format!("`bootstrap.password`: {error}")))?;
    let username = bootstrap.username.clone();
    let new = NewUser { username: username.clone(), name: None, email: None, password };
    let one_time = match users.add(new).await {
        // Another server that was started at the same time on the same database has made it.
        Err(AdminError::Taken(_)) => return Ok(None),
        made => made?,
    };
    Ok(Some(match &one_time {
        Some(one_time) => announce(&username, one_time),
        None => format!(
            "\nThe first account was made: user name {username}, with the password from the \
             configuration\n"
        ),
    }))
}

/// The lines about the password of the first account, and about its reset.
fn announce(username: &str, one_time: &OneTimePassword) -> String {
    format!(
        "\nThe first account was made: user name {username}, one-time password  {}\n\
         It is good for one sign-in, until {}\n\
         If it is lost, make another: portcullis user reset-password {username}\n",
        one_time.password.expose(),
        instant(one_time.expires_at)
    )
}
