//! A browser's visit to one page of an interaction, and the address of the next page.

use domain::{InteractionError, InteractionId, OAuthError, Secret};
use poem_openapi::Object;
use ports::inbound::{Browser, NextPage};
use serde::Deserialize;

use super::{
    answer::Way,
    form::{CsrfProtected, PageForm, PageQuery},
    frame::Frame,
    navigation::Navigation,
    page_error::PageError,
    redirect::location,
    visit::{Visitor, csrf},
};
use crate::params::{FromParams, Params};

/// The query of the pages of an interaction.
#[derive(Debug, Deserialize, Object)]
pub(super) struct InteractionQuery {
    /// The identifier of the interaction. The browser must hold the cookie that it was given when
    /// the interaction started.
    pub(super) interaction: Option<String>,
}

impl FromParams for InteractionQuery {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        params.parse()
    }
}

/// A browser's visit to one page of an interaction.
pub(super) struct Step<'a> {
    frame: &'a Frame,
    visitor: &'a Visitor,
    /// The identifier of the interaction.
    pub(super) id: InteractionId,
    /// The browser, with its cookies.
    pub(super) browser: Browser,
}

impl<'a> Step<'a> {
    /// The visit to the interaction that the query names.
    pub(super) fn new(
        frame: &'a Frame,
        visitor: &'a Visitor,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Self, PageError> {
        let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let named = query.0?.interaction.filter(|id| id.len() <= 64 && id.chars().all(lawful));
        let id = InteractionId::new(named.ok_or(InteractionError::Unknown)?);
        Ok(Self { frame, visitor, id, browser: visitor.browser(frame) })
    }

    /// The URL of a page of the interaction.
    pub(super) fn page(&self, name: &str) -> String {
        at(self.frame, name, &self.id)
    }

    /// The CSRF token for forms of the interaction.
    pub(super) fn csrf(&self) -> String {
        csrf(&self.browser.secrets, self.id.as_str())
    }

    /// The form, if its CSRF token is of this interaction and of this browser.
    pub(super) fn open<T: CsrfProtected>(&mut self, form: PageForm<T>) -> Result<T, PageError> {
        form.open(&mut self.browser.secrets, self.id.as_str())
    }

    /// The navigation by which the browser came.
    pub(super) fn navigation(&self) -> Navigation {
        self.visitor.navigation
    }

    /// The way to the next page.
    pub(super) fn onward(&self, next: NextPage) -> Way {
        way(self.frame, self.visitor.navigation.within(), &self.id, next)
    }

    /// Sets the session cookie of a person who has just signed in, and returns the way to the next
    /// page.
    pub(super) fn onward_as(&self, session: Option<&Secret>, next: NextPage) -> Way {
        self.visitor.keep_session(self.frame, session);
        self.onward(next)
    }
}

/// The way to the next page of an interaction.
pub(super) fn way(
    frame: &Frame,
    navigation: Navigation,
    interaction: &InteractionId,
    next: NextPage,
) -> Way {
    match next {
        NextPage::SignIn => Way::Location(at(frame, "login", interaction)),
        NextPage::ChoosePassword => Way::Location(at(frame, "password", interaction)),
        NextPage::Consent => Way::Location(at(frame, "consent", interaction)),
        NextPage::Account => Way::Location(frame.page("account")),
        NextPage::Answer(redirect) => frame.answer(&redirect, navigation),
    }
}

fn at(frame: &Frame, name: &str, interaction: &InteractionId) -> String {
    location(&frame.page(name), &[("interaction", interaction.to_string())])
}
