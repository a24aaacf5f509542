//! Where an interaction goes once the person is known. The course is set first, then taken in one
//! step, then carried out: of two requests at once, one takes the step, and the other is told so.

use domain::{
    AuthorizationRequest, Consent, ErrorCode, Interaction, OAuthError, Origin, Purpose,
    ReturnAddress, Session,
};
use ports::{
    inbound::{Fault, Next},
    outbound::Stored,
};

use crate::Flow;

/// Where an interaction goes.
pub(crate) enum Course {
    /// To the account page.
    Account,
    /// Back to the client: all was allowed before.
    Answer(Box<(AuthorizationRequest, Consent)>),
    /// Back to the client: somebody else has signed in than it had named.
    Refuse(Box<ReturnAddress>),
    /// To the consent page.
    Ask,
}

impl Flow {
    /// Goes on from where a person is known: to the consent page, or straight to the answer.
    pub(crate) async fn advance(
        &self,
        stored: Stored<Interaction>,
        session: &Session,
        origin: &Origin,
    ) -> Result<Next, Fault> {
        let course = self.course(&stored.value, session).await?;
        self.take(stored, &course, session).await?;
        Ok(self.carry_out(course, session, origin).await?)
    }

    /// Sets the course.
    pub(crate) async fn course(
        &self,
        interaction: &Interaction,
        session: &Session,
    ) -> Result<Course, OAuthError> {
        let Purpose::Authorize(request) = &interaction.purpose else { return Ok(Course::Account) };
        if !request.may_be_about(&session.subject) {
            return Ok(Course::Refuse(Box::new(request.back.clone())));
        }
        let consent = self.consent(request, &session.subject).await?.map(|stored| stored.value);
        Ok(match (Self::asks(request, consent.as_ref()), consent) {
            (None, Some(consent)) => Course::Answer(Box::new((*request.clone(), consent))),
            _ => Course::Ask,
        })
    }

    /// Takes the step.
    pub(crate) async fn take(
        &self,
        stored: Stored<Interaction>,
        course: &Course,
        session: &Session,
    ) -> Result<(), Fault> {
        let next = match course {
            Course::Ask => stored.value.clone().signed_in(session.id.clone()),
            Course::Account | Course::Answer(_) | Course::Refuse(_) => {
                stored.value.clone().answered(self.world.now())
            }
        };
        self.step(stored.with(next)).await
    }

    /// Does what is left to do. The interaction is over unless the person is asked, so what breaks
    /// now is for the client to know.
    pub(crate) async fn carry_out(
        &self,
        course: Course,
        session: &Session,
        origin: &Origin,
    ) -> Result<Next, OAuthError> {
        let (request, consent) = match course {
            Course::Account => return Ok(Next::Account),
            Course::Ask => return Ok(Next::Consent),
            Course::Refuse(back) => {
                let other = OAuthError::new(ErrorCode::LoginRequired)
                    .hint("another person has signed in than `id_token_hint` names");
                return Ok(Next::Answer(Box::new(back.refuse(other))));
            }
            Course::Answer(answer) => *answer,
        };
        let back = request.back.clone();
        let granted = self.grant_again(request, session, &consent, origin).await;
        let redirect = granted.unwrap_or_else(|error| back.refuse(error));
        Ok(Next::Answer(Box::new(redirect)))
    }
}
