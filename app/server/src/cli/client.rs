//! `portcullis client …`.

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use domain::{
    Algorithm, AuthMethod, Client, ClientId, ClientState, EnabledGrants, GrantType, RedirectUri,
    RegistrationSource, ResourceUri,
};
use ports::{
    inbound::{AdministerClients, ClientDraft},
    outbound::Page,
};

use crate::{StartupError, assembly::Assembly};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client. Its secret is printed once.
    Add(Box<Add>),
    /// List the clients.
    List,
    /// Show one client.
    Show {
        /// The client identifier (`client_id`).
        id: String,
    },
    /// Generate a new client secret. The old one becomes invalid at once.
    RotateSecret {
        /// The client identifier (`client_id`).
        id: String,
    },
    /// Suspend a client; its tokens are inactive until it is resumed. A client of the configuration
    /// stays suspended when the server restarts.
    Suspend {
        /// The client identifier (`client_id`).
        id: String,
    },
    /// Resume a suspended client.
    Resume {
        /// The client identifier (`client_id`).
        id: String,
    },
    /// Delete a client and revoke all its tokens.
    Delete {
        /// The client identifier (`client_id`).
        id: String,
    },
}

#[derive(Args)]
pub(super) struct Add {
    /// The client identifier (`client_id`). Generated if absent.
    #[arg(long)]
    id: Option<String>,
    /// The name that consent pages show (`client_name`).
    #[arg(long)]
    name: Option<String>,
    /// The client authentication method (`token_endpoint_auth_method`).
    #[arg(long, value_enum, default_value_t = Method::ClientSecretBasic)]
    auth_method: Method,
    /// A grant type that the client may use, out of `tokens.grant_types`; may be repeated. If absent,
    /// `authorization_code` and `refresh_token`.
    #[arg(long = "grant-type", value_parser = grant_types())]
    grant_types: Vec<GrantType>,
    /// A redirect URI for authorization responses; may be repeated.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// A redirect URI for after sign-out (`post_logout_redirect_uris`); may be repeated.
    #[arg(long = "post-logout-redirect-uri")]
    post_logout_redirect_uris: Vec<String>,
    /// The signing algorithm of its ID tokens. If absent, `signing.id_token_algorithm`.
    #[arg(long = "id-token-alg", value_enum)]
    id_token_algorithm: Option<SigningAlgorithm>,
    /// The scopes it may be granted at most, space-delimited. Not restricted if absent.
    #[arg(long)]
    scope: Option<String>,
    /// A resource that it may request tokens for (RFC 8707); may be repeated. Not restricted if absent.
    #[arg(long = "resource")]
    resources: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Method {
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum SigningAlgorithm {
    #[value(name = "RS256")]
    Rs256,
    #[value(name = "ES256")]
    Es256,
}

/// Reads the names of the table of grant types.
fn grant_types() -> impl TypedValueParser<Value = GrantType> {
    PossibleValuesParser::new(GrantType::ALL.iter().map(|grant| grant.as_str()))
        .try_map(|name| GrantType::from_wire(&name).ok_or("no such grant type"))
}

pub(super) async fn run(assembly: &Assembly, command: ClientCommand) -> Result<(), StartupError> {
    let clients = assembly.clients();
    match command {
        ClientCommand::Add(add) => {
            let created = clients.add(add.into_draft(&assembly.grants)).await?;
            println!("client_id: {}", created.client.id);
            if let Some(secret) = created.secret {
                println!("client_secret: {}", secret.expose());
                println!("The secret is not kept in clear: it cannot be shown again.");
            }
        }
        ClientCommand::List => list(&clients).await?,
        ClientCommand::Show { id } => show(&clients.show(&ClientId::new(id)).await?),
        ClientCommand::RotateSecret { id } => {
            let secret = clients.rotate_secret(&ClientId::new(id)).await?;
            println!("client_secret: {}", secret.expose());
        }
        ClientCommand::Suspend { id } => {
            clients.set_suspended(&ClientId::new(&id), true).await?;
            println!("{id} is suspended.");
        }
        ClientCommand::Resume { id } => {
            clients.set_suspended(&ClientId::new(&id), false).await?;
            println!("{id} is active again.");
        }
        ClientCommand::Delete { id } => {
            clients.delete(&ClientId::new(&id)).await?;
            println!("{id} is deleted.");
        }
    }
    Ok(())
}

impl Add {
    fn into_draft(self, enabled: &EnabledGrants) -> ClientDraft {
        ClientDraft {
            id: self.id.map(ClientId::new),
            name: self.name,
            auth_method: match self.auth_method {
                Method::ClientSecretBasic => AuthMethod::ClientSecretBasic,
                Method::ClientSecretPost => AuthMethod::ClientSecretPost,
                Method::None => AuthMethod::None,
            },
            grant_types: if self.grant_types.is_empty() {
                enabled.usual()
            } else {
                self.grant_types
            },
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            scope: self.scope,
            resources: (!self.resources.is_empty()).then_some(self.resources),
            id_token_algorithm: self.id_token_algorithm.map(|algorithm| match algorithm {
                SigningAlgorithm::Rs256 => Algorithm::Rs256,
                SigningAlgorithm::Es256 => Algorithm::Es256,
            }),
        }
    }
}

async fn list(clients: &impl AdministerClients) -> Result<(), StartupError> {
    const LIMIT: u32 = 500;
    let mut after = None;
    loop {
        let page = clients.list(Page { after: after.clone(), limit: LIMIT }).await?;
        for client in &page {
            println!(
                "{}\t{}\t{}\t{}",
                client.id,
                client.display_name(),
                state(client),
                origin(client)
            );
        }
        // The clients of the configuration come with the first page, and are no place to go on from.
        let stored = page.iter().rfind(|client| client.origin != RegistrationSource::Configured);
        match stored {
            Some(last) => after = Some(last.id.clone()),
            None => return Ok(()),
        }
    }
}

fn show(client: &Client) {
    let list = |items: Vec<&str>| if items.is_empty() { "-".to_owned() } else { items.join(" ") };
    let metadata = &client.metadata;
    println!("client_id: {}", client.id);
    println!("client_name: {}", client.display_name());
    println!("state: {}", state(client));
    println!("origin: {}", origin(client));
    println!("token_endpoint_auth_method: {}", client.auth_method().as_str());
    println!(
        "grant_types: {}",
        list(metadata.grant_types.iter().map(|grant| grant.as_str()).collect())
    );
    let uris = |uris: &[RedirectUri]| list(uris.iter().map(RedirectUri::as_str).collect());
    println!("redirect_uris: {}", uris(&metadata.redirect_uris));
    println!("post_logout_redirect_uris: {}", uris(&metadata.post_logout_redirect_uris));
    let unrestricted = || "not restricted".to_owned();
    println!("scope: {}", metadata.scope.as_ref().map_or_else(unrestricted, ToString::to_string));
    let resources = metadata.resources.as_ref();
    let names = |uris: &Vec<ResourceUri>| list(uris.iter().map(ResourceUri::as_str).collect());
    println!("resources: {}", resources.map_or_else(unrestricted, names));
    let algorithm = metadata.id_token_algorithm.map(Algorithm::as_str);
    println!("id_token_signed_response_alg: {}", algorithm.unwrap_or("what the server prefers"));
}

fn state(client: &Client) -> &'static str {
    match client.state {
        ClientState::Active => "active",
        ClientState::Suspended => "suspended",
    }
}

fn origin(client: &Client) -> &'static str {
    match client.origin {
        RegistrationSource::Configured => "configuration",
        RegistrationSource::Operator => "operator",
        RegistrationSource::Dynamic { .. } => "registered itself",
    }
}
