//! The part of a grant that is kept as a document: all but its names.

use domain::{
    ClientId, ConsentId, Grant, GrantId, ResourceUri, Scope, SecurityStamp, SessionId, SubjectId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{Malformed, resources, texts};

/// An grant, without the names by which it is found.
#[derive(Deserialize, Serialize)]
pub struct Document {
    scope: String,
    /// Absent from what an earlier version wrote.
    #[serde(default)]
    declined: String,
    resources: Vec<String>,
    consent: Option<String>,
    session: Option<String>,
    stamp: Option<String>,
    auth_time: i64,
    amr: Vec<String>,
}

impl From<&Grant> for Document {
    fn from(grant: &Grant) -> Self {
        Self {
            scope: grant.scope.to_string(),
            declined: grant.declined.to_string(),
            resources: texts(&grant.resources, ResourceUri::as_str),
            consent: grant.consent.as_ref().map(|id| id.as_str().to_owned()),
            session: grant.session.as_ref().map(|id| id.as_str().to_owned()),
            stamp: grant.stamp.as_ref().map(|stamp| stamp.as_str().to_owned()),
            auth_time: grant.auth_time.as_unix(),
            amr: grant.amr.clone(),
        }
    }
}

impl Document {
    /// The whole grant.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it has a scope that cannot be one.
    pub fn of(self, id: String, client: String, subject: String) -> Result<Grant, Malformed> {
        Ok(Grant {
            id: GrantId::new(id),
            client: ClientId::new(client),
            subject: SubjectId::new(subject),
            scope: Scope::restore(&self.scope)?,
            declined: Scope::restore(&self.declined)?,
            resources: resources(self.resources),
            consent: self.consent.map(ConsentId::new),
            session: self.session.map(SessionId::new),
            stamp: self.stamp.map(SecurityStamp::new),
            auth_time: Timestamp::from_unix(self.auth_time),
            amr: self.amr,
        })
    }
}
