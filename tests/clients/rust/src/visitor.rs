//! A person at a browser without scripts: follows links to forms, fills them in, sends them.

use std::collections::BTreeMap;

use openidconnect::{
    http::header,
    reqwest::{Client, Response, redirect::Policy},
};
use url::{Url, form_urlencoded};

use crate::{Person, html};

/// The largest number of pages and redirects of one visit.
const STEPS: usize = 20;

/// One person's browser; it keeps its cookies.
#[derive(Debug)]
pub struct Visitor {
    person: &'static Person,
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// A person with an empty browser.
    ///
    /// # Panics
    ///
    /// If there is no HTTP client to be had.
    #[must_use]
    pub fn new(person: &'static Person) -> Self {
        let http = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { person, http, cookies: BTreeMap::new() }
    }

    /// Goes to `url` and on through every form, allowing everything, until a redirect leads to
    /// `until`. Returns that URL; it is not fetched.
    ///
    /// # Panics
    ///
    /// If it does not get there.
    pub async fn visit(&mut self, url: Url, until: &str) -> Url {
        let (mut here, mut form) = (url, None);
        for _ in 0..STEPS {
            let answer = self.send(&here, form.take()).await;
            if let Some(location) = answer.headers().get(header::LOCATION) {
                let location = location.to_str().expect("a location in ASCII");
                here = here.join(location).expect("a location is a URL");
                if here.as_str().starts_with(until) {
                    return here;
                }
                continue;
            }
            let status = answer.status();
            let page = answer.text().await.expect("a page");
            assert!(status.is_success(), "{status} at {here}: {page}");
            let filled = self.fill_in(&page);
            here = here.join(&filled.action).expect("an action is a URL");
            form = Some(
                form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(filled.fields)
                    .finish(),
            );
        }
        panic!("{STEPS} steps did not lead to {until}");
    }

    fn fill_in(&self, page: &str) -> html::Form {
        let mut forms = html::forms(page);
        forms.sort_by_key(|form| !form.has("password"));
        let wanted = |form: &html::Form| {
            form.has("password") || form.buttons.iter().any(|name| name == "decision")
        };
        let form = forms.into_iter().find(wanted);
        let mut form = form.unwrap_or_else(|| panic!("no form to fill in: {page}"));
        if form.has("password") {
            form.set("username", self.person.username);
            form.set("password", self.person.password);
        } else {
            form.set("decision", "allow");
        }
        form
    }

    async fn send(&mut self, url: &Url, form: Option<String>) -> Response {
        let request = match form {
            Some(form) => self
                .http
                .post(url.clone())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form),
            None => self.http.get(url.clone()),
        };
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::ACCEPT, "text/html");
        let answer = request.header(header::COOKIE, cookies.join("; ")).send().await;
        let answer = answer.expect("the server answers");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(line.to_str().expect("a cookie in ASCII"));
        }
        answer
    }

    fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else { return };
        if line.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
