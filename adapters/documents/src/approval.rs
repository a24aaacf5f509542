//! The part of an approval that is kept as a document: all but its names.

use domain::{
    Approval, ClientId, ConsentId, GrantId, ResourceUri, Scope, SessionId, Stamp, SubjectId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{Malformed, resources, texts};

/// An approval, without the names by which it is found.
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

impl From<&Approval> for Document {
    fn from(approval: &Approval) -> Self {
        Self {
            scope: approval.scope.to_string(),
            declined: approval.declined.to_string(),
            resources: texts(&approval.resources, ResourceUri::as_str),
            consent: approval.consent.as_ref().map(|id| id.as_str().to_owned()),
            session: approval.session.as_ref().map(|id| id.as_str().to_owned()),
            stamp: approval.stamp.as_ref().map(|stamp| stamp.as_str().to_owned()),
            auth_time: approval.auth_time.as_unix(),
            amr: approval.amr.clone(),
        }
    }
}

impl Document {
    /// The whole approval.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it has a scope that cannot be one.
    pub fn of(self, grant: String, client: String, subject: String) -> Result<Approval, Malformed> {
        Ok(Approval {
            grant: GrantId::new(grant),
            client: ClientId::new(client),
            subject: SubjectId::new(subject),
            scope: Scope::restore(&self.scope)?,
            declined: Scope::restore(&self.declined)?,
            resources: resources(self.resources),
            consent: self.consent.map(ConsentId::new),
            session: self.session.map(SessionId::new),
            stamp: self.stamp.map(Stamp::new),
            auth_time: Timestamp::from_unix(self.auth_time),
            amr: self.amr,
        })
    }
}
