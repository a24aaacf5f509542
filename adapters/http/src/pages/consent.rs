//! The page on which a person grants or denies consent to a client (OAuth 2.1 §7.3).

use std::sync::Arc;

use askama::Template;
use domain::{OAuthError, Scope};
use poem_openapi::{Enum, Object, OpenApi};
use ports::inbound::{
    ConsentView, Decided, Decision, GiveConsent, PlaceView, ScopeView, Shown as View, SignIn,
};
use serde::Deserialize;

use super::{
    answer::{Document, Failure, Shown, Taken},
    client::{Access, Client, Destination, Link, boxes, links, names},
    form::{PageForm, PageQuery, guarded},
    frame::Frame,
    logo::Logo,
    page_error::PageError,
    policy::Policy,
    sealed::{pack, unpack},
    step::{InteractionQuery, Step},
    visit::{InInteraction, Visitor},
};
use crate::{Application, body::malformed, tags::Tag};

const NOTHING_TICKED: &str =
    "Nothing is ticked. Tick at least one thing that it may do, or choose “Deny”.";

const TOO_LONG: &str =
    "This page was open for too long, and nothing was decided. Sign in to go on where you were.";

/// The endpoints of the consent page.
pub(crate) struct ConsentApi {
    frame: Frame,
    decide: Arc<dyn GiveConsent>,
    sign_in: Arc<dyn SignIn>,
}

impl ConsentApi {
    pub(crate) fn new(app: &Application) -> Self {
        let (decide, sign_in) = (app.decide.clone(), app.sign_in.clone());
        Self { frame: Frame::new(app.discover.as_ref()), decide, sign_in }
    }
}

#[OpenApi(tag = "Tag::Authorization")]
impl ConsentApi {
    /// Show the consent page
    #[oai(path = "/oauth/authorize/consent", method = "get", operation_id = "showConsent")]
    async fn get(
        &self,
        participant: InInteraction,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.show(&participant.0, query).await)
    }

    /// Grant or deny consent to the client
    #[oai(path = "/oauth/authorize/consent", method = "post", operation_id = "decide")]
    async fn post(
        &self,
        participant: InInteraction,
        query: PageQuery<InteractionQuery>,
        form: PageForm<ConsentForm>,
    ) -> Result<Taken, Failure> {
        self.frame.settle(self.take(&participant.0, query, form).await)
    }
}

impl ConsentApi {
    async fn show(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, PageError> {
        let step = Step::new(&self.frame, visitor, query)?;
        Ok(match self.decide.show(&step.id, &step.browser).await? {
            View::Page(view) => Shown::Page(self.page(&step, view, None)),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    async fn take(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
        form: PageForm<ConsentForm>,
    ) -> Result<Taken, PageError> {
        let mut step = Step::new(&self.frame, visitor, query)?;
        let form = step.open(form)?;
        let request = unpack(form.request.as_deref());
        match self.decided(&step, form.decision()?).await {
            Err(trouble) => {
                self.frame
                    .begin_anew(visitor, self.sign_in.as_ref(), request, TOO_LONG, trouble)
                    .await
            }
            taken => taken,
        }
    }

    async fn decided(&self, step: &Step<'_>, decision: Decision) -> Result<Taken, PageError> {
        match self.decide.decide(&step.id, &step.browser, decision).await? {
            Decided::NothingAllowed => self.again(step).await,
            Decided::Onward(next) => Ok(step.onward(next).into()),
        }
    }

    async fn again(&self, step: &Step<'_>) -> Result<Taken, PageError> {
        Ok(match self.decide.show(&step.id, &step.browser).await? {
            View::Page(view) => Taken::Again(self.page(step, view, Some(NOTHING_TICKED))),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    fn page(&self, step: &Step<'_>, view: ConsentView, error: Option<&str>) -> Document {
        let policy = Policy::back_to(Some(&view.client), step.navigation());
        let page = ConsentPage {
            frame: &self.frame,
            action: step.page("consent"),
            csrf: step.csrf(),
            request: pack(&view.request),
            client: Client::from(&view.client),
            links: links(&view.client),
            account: view.account,
            elsewise: step.page("login"),
            offered: names(&view.asked),
            asked: boxes(view.asked, error.is_none()),
            remembered: view.remembered,
            error,
        };
        Document::new(&page, policy)
    }
}

/// The consent form.
#[derive(Debug, Deserialize, Object)]
struct ConsentForm {
    /// The CSRF token of the page.
    csrf: Option<String>,
    /// The authorization request, sealed for this browser, from which a new interaction starts if
    /// this one has expired.
    request: Option<String>,
    /// The decision: whether to grant anything at all.
    decision: Choice,
    /// The granted scopes. `scope.1`, `scope.2` and so on are read as the same list.
    #[serde(default)]
    #[oai(default)]
    scope: Vec<String>,
    /// All scopes that the page offered, separated by spaces.
    offered: Option<String>,
}

guarded!(ConsentForm["scope"]);

#[derive(Clone, Copy, Debug, Deserialize, Enum)]
#[serde(try_from = "String")]
#[oai(rename_all = "lowercase")]
enum Choice {
    Allow,
    Deny,
}

impl TryFrom<String> for Choice {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err("`decision` must be `allow` or `deny`"),
        }
    }
}

impl ConsentForm {
    fn decision(self) -> Result<Decision, OAuthError> {
        let read = |list: &str| Scope::parse(list).map_err(|error| malformed(error.to_string()));
        Ok(match self.decision {
            Choice::Allow => Decision::Allow {
                offered: read(&self.offered.unwrap_or_default())?,
                ticked: read(&self.scope.join(" "))?,
            },
            Choice::Deny => Decision::Deny,
        })
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    frame: &'a Frame,
    action: String,
    csrf: String,
    request: String,
    client: Client,
    links: Vec<Link>,
    account: String,
    /// The URL at which another person signs in, in the same interaction.
    elsewise: String,
    asked: Vec<Access>,
    offered: String,
    remembered: Vec<ScopeView>,
    error: Option<&'a str>,
}
