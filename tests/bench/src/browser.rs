//! A person at a browser without JavaScript, signing in.

use std::{collections::BTreeMap, net::SocketAddr};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hyper::header;
use url::Url;

use crate::{
    Outcome,
    http::{self, Answer, Connection, Question},
    oauth::REDIRECT_URI,
    page::Form,
    process::{PASSWORD, USERNAME},
};

const VERIFIER: &str = "a-code-verifier-of-more-than-forty-three-characters";
const MOST_STEPS: usize = 20;

/// A browser with its cookies.
pub(crate) struct Browser {
    connection: Connection,
    origin: Url,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn open(server: SocketAddr) -> Outcome<Self> {
        let origin = Url::parse(&format!("http://{server}"))?;
        let connection = Connection::open(server).await?;
        Ok(Self { connection, origin, cookies: BTreeMap::new() })
    }

    /// Signs in to a client, from the authorization request to the tokens.
    pub(crate) async fn sign_in(&mut self, client: &str) -> Outcome<Answer> {
        let code = self.authorize(client).await?;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("code", &code),
        ];
        self.connection.ask(http::post("/oauth/token", &[], &form)?).await?.success()
    }

    /// Goes wherever it is sent and fills in whatever it is shown, until it has the code.
    async fn authorize(&mut self, client: &str) -> Outcome<String> {
        let mut at = self.authorization_request(client)?;
        let mut question = http::get(path(&at))?;
        for _ in 0..MOST_STEPS {
            let answer = self.ask(question).await?;
            question = if let Some(location) = answer.headers.get(header::LOCATION) {
                at = at.join(location.to_str()?)?;
                if at.as_str().starts_with(REDIRECT_URI) {
                    let code = at.query_pairs().find(|(name, _)| name == "code");
                    return Ok(code.ok_or_else(|| format!("no code: {at}"))?.1.into_owned());
                }
                http::get(path(&at))?
            } else {
                let page = answer.success()?;
                let form = fill(&String::from_utf8(page.body.into())?)?;
                at = at.join(&form.action)?;
                let fields: Vec<_> =
                    form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                let origin = self.origin.origin().ascii_serialization();
                http::post(path(&at), &[(header::ORIGIN, &origin)], &fields)?
            };
        }
        Err("there is no end to the pages".into())
    }

    fn authorization_request(&self, client: &str) -> Outcome<Url> {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
        let parameters = [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid offline_access"),
            ("state", "s"),
            ("prompt", "consent"),
            ("code_challenge_method", "S256"),
            ("code_challenge", &challenge),
        ];
        let path = self.origin.join("/oauth/authorize")?;
        Ok(Url::parse_with_params(path.as_str(), parameters)?)
    }

    async fn ask(&mut self, mut question: Question) -> Outcome<Answer> {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            question.headers_mut().insert(header::COOKIE, cookies.join("; ").parse()?);
        }
        let answer = self.connection.ask(question).await?;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = cookie.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

/// Path and query: what goes on the request line.
fn path(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

/// The form that leads on, filled in, with its button pressed.
fn fill(html: &str) -> Outcome<Form> {
    let leads_on = |form: &Form| {
        form.fields.iter().any(|(name, _)| name == "password")
            || form.buttons.iter().any(|(_, value)| value == "allow")
    };
    let mut form = Form::all(html).into_iter().find(leads_on).ok_or("a page without a way on")?;
    for (name, value) in &mut form.fields {
        match name.as_str() {
            "username" => USERNAME.clone_into(value),
            "password" => PASSWORD.clone_into(value),
            _ => {}
        }
    }
    let button = form.buttons.iter().find(|(_, value)| value == "allow").or(form.buttons.first());
    form.fields.extend(button.cloned());
    Ok(form)
}
