//! What browsers keep for us.

use std::time::Duration;

use domain::{InteractionId, Secret};
use poem::web::cookie::{Cookie, CookieJar, SameSite};

/// How many interactions a browser may have at once: a tab each, and enough of them.
const MOST: usize = 16;

/// An interaction ends long before this; its cookie need only outlast it.
const PROOF_LIFE: Duration = Duration::from_hours(24);

/// Our cookies, by name and attributes. Each interaction has one of its own, so that two tabs do not
/// disturb each other.
#[derive(Debug)]
pub(super) struct Cookies {
    /// Only over https do browsers take the `__Host-` prefix, by which no other host can set our
    /// cookies (RFC 6265bis §4.1.3.2), and only there does `Secure` let plain clients send them.
    https: bool,
}

/// The cookie of one interaction.
struct Proof {
    order: u32,
    name: String,
    value: String,
}

impl Cookies {
    pub(super) fn new(https: bool) -> Self {
        Self { https }
    }

    /// The secret of the session, if the browser has one.
    pub(super) fn session(&self, jar: &CookieJar) -> Option<Secret> {
        let cookie = jar.get(&self.session_name())?;
        (!cookie.value_str().is_empty()).then(|| Secret::new(cookie.value_str()))
    }

    /// Makes the browser keep the session.
    pub(super) fn keep_session(&self, jar: &CookieJar, session: &Secret) {
        jar.add(self.cookie(self.session_name(), session.expose()));
    }

    /// Makes the browser forget the session.
    pub(super) fn drop_session(&self, jar: &CookieJar) {
        jar.add(self.removal(self.session_name()));
    }

    /// The proof that the interaction began in this browser.
    pub(super) fn proof(&self, jar: &CookieJar, interaction: &InteractionId) -> Option<Secret> {
        self.proofs_of(jar, interaction).pop().map(|proof| Secret::new(proof.value))
    }

    /// Makes the browser keep the proof, and forget the oldest ones if it has too many.
    pub(super) fn keep_proof(&self, jar: &CookieJar, interaction: &InteractionId, proof: &Secret) {
        let held = self.proofs(jar);
        let order = held.last().map_or(0, |newest| newest.order.saturating_add(1));
        let excess = (held.len() + 1).saturating_sub(MOST);
        for oldest in held.into_iter().take(excess) {
            jar.add(self.removal(oldest.name));
        }
        let name = format!("{}{order:08x}-{interaction}", self.proof_prefix());
        let mut cookie = self.cookie(name, proof.expose());
        cookie.set_max_age(PROOF_LIFE);
        jar.add(cookie);
    }

    /// Makes the browser forget the proof: the interaction is over.
    pub(super) fn drop_proof(&self, jar: &CookieJar, interaction: &InteractionId) {
        for proof in self.proofs_of(jar, interaction) {
            jar.add(self.removal(proof.name));
        }
    }

    fn session_name(&self) -> String {
        format!("{}portcullis-session", self.host_prefix())
    }

    fn proof_prefix(&self) -> String {
        format!("{}portcullis-i-", self.host_prefix())
    }

    fn host_prefix(&self) -> &'static str {
        if self.https { "__Host-" } else { "" }
    }

    /// Every proof that the browser holds, the oldest first.
    fn proofs(&self, jar: &CookieJar) -> Vec<Proof> {
        let prefix = self.proof_prefix();
        let mut proofs: Vec<_> = jar.with_cookies(|cookies| {
            let ours = cookies.filter_map(|cookie| {
                let (order, _) = cookie.name().strip_prefix(&prefix)?.split_once('-')?;
                let order = u32::from_str_radix(order, 16).ok()?;
                let (name, value) = (cookie.name().to_owned(), cookie.value().to_owned());
                Some(Proof { order, name, value })
            });
            ours.collect()
        });
        proofs.sort_by(|one, other| (one.order, &one.name).cmp(&(other.order, &other.name)));
        proofs
    }

    fn proofs_of(&self, jar: &CookieJar, interaction: &InteractionId) -> Vec<Proof> {
        let prefix = self.proof_prefix();
        let mut proofs = self.proofs(jar);
        proofs.retain(|proof| {
            let named = proof.name[prefix.len()..].split_once('-');
            named.is_some_and(|(_, id)| id == interaction.as_str())
        });
        proofs
    }

    fn cookie(&self, name: String, value: &str) -> Cookie {
        let mut cookie = Cookie::new_with_str(name, value);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_secure(self.https);
        cookie
    }

    fn removal(&self, name: String) -> Cookie {
        let mut cookie = self.cookie(name, "");
        cookie.set_max_age(Duration::ZERO);
        cookie
    }
}
