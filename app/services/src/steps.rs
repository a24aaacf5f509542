//! The steps of an interaction. Each is one compare-and-set, followed by work that is the same however
//! often it is done: of two requests at once one takes the step, and both get the same answer.

use domain::{
    Answer, AuthorizationRequest, CodeState, ErrorCode, Interaction, InteractionError,
    InteractionId, InteractionState, OAuthError, Origin, Purpose, Redirect, Session, SignInRequest,
    Timestamp,
};
use ports::{
    inbound::{Fault, Next},
    outbound::{StoreError, Stored},
};

use crate::{Flow, world::broken};

/// How often a step is tried again that another request was faster with.
const TRIES: usize = 4;

/// What a step starts from.
#[derive(Clone)]
pub(crate) enum Held {
    /// A request that the browser has carried so far.
    Carried(SignInRequest),
    /// An interaction that is stored.
    Stored(Stored<Interaction>),
}

impl Held {
    pub(crate) fn id(&self) -> &InteractionId {
        match self {
            Self::Carried(request) => &request.id,
            Self::Stored(stored) => &stored.value.id,
        }
    }

    pub(crate) fn purpose(&self) -> &Purpose {
        match self {
            Self::Carried(request) => &request.purpose,
            Self::Stored(stored) => &stored.value.purpose,
        }
    }
}

/// An interaction after a step.
pub(crate) struct Taken {
    pub(crate) interaction: Interaction,
    /// Whether this was the step that led there. If not, it was over already.
    pub(crate) by_us: bool,
}

impl Flow {
    /// Goes on from where a person is known: to the consent page, or straight to the answer.
    pub(crate) async fn advance(
        &self,
        held: Held,
        session: &Session,
        origin: &Origin,
    ) -> Result<Next, Fault> {
        let state = self.state_for(held.purpose(), session).await?;
        let taken = self.take(held, state).await?;
        self.follow(&taken.interaction, Some(session), origin).await
    }

    /// How far an interaction for `purpose` comes with this session.
    pub(crate) async fn state_for(
        &self,
        purpose: &Purpose,
        session: &Session,
    ) -> Result<InteractionState, Fault> {
        let answered = |answer| InteractionState::Answered {
            at: self.world.now(),
            session: session.id.clone(),
            answer,
        };
        let Purpose::Authorize(request) = purpose else { return Ok(answered(Answer::Account)) };
        if !request.may_be_about(&session.subject) {
            return Ok(answered(Answer::OtherPerson));
        }
        let client = self.standing_client(request).await?;
        let consent = self.consent(request, &session.subject).await?.map(|stored| stored.value);
        Ok(match Self::asks(request, &client, consent.as_ref()) {
            None => answered(Answer::Granted { decided: None, scope: request.scope.clone() }),
            Some(_) => InteractionState::Deciding { session: session.id.clone() },
        })
    }

    /// Takes a step, unless the interaction is over.
    pub(crate) async fn take(
        &self,
        mut held: Held,
        state: InteractionState,
    ) -> Result<Taken, Fault> {
        for _ in 0..TRIES {
            if let Held::Stored(stored) = &held
                && matches!(stored.value.state, InteractionState::Answered { .. })
            {
                return Ok(Taken { interaction: stored.value.clone(), by_us: false });
            }
            let id = held.id().clone();
            match self.write(held, state.clone()).await {
                Ok(interaction) => return Ok(Taken { interaction, by_us: true }),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error).into()),
            }
            let found = self.interactions.find(&id).await.map_err(broken)?;
            held = Held::Stored(found.ok_or(InteractionError::Unknown)?);
        }
        Err(broken(StoreError::Conflict).into())
    }

    /// Writes a step down, if nobody else has taken one.
    pub(crate) async fn write(
        &self,
        held: Held,
        state: InteractionState,
    ) -> Result<Interaction, StoreError> {
        match held {
            Held::Carried(request) => {
                let expires_at = self.world.now().after(self.mint.lifetimes.interaction);
                let interaction = request.proceed(state, expires_at);
                self.interactions.insert(interaction.clone()).await?;
                Ok(interaction)
            }
            Held::Stored(stored) => {
                let interaction = Interaction { state, ..stored.value.clone() };
                self.interactions.replace(stored.with(interaction.clone())).await?;
                Ok(interaction)
            }
        }
    }

    /// Where an interaction leads from where it stands. Whoever asks again soon after the answer gets
    /// the same one; who does so in another session than the one that answered, or later, is told that
    /// it is over.
    pub(crate) async fn follow(
        &self,
        interaction: &Interaction,
        session: Option<&Session>,
        origin: &Origin,
    ) -> Result<Next, Fault> {
        let (at, by) = match &interaction.state {
            InteractionState::ChoosingPassword { .. } => return Ok(Next::ChoosePassword),
            InteractionState::Deciding { .. } => return Ok(Next::Consent),
            InteractionState::Answered { at, session, .. } => (*at, session),
        };
        let is_fresh = |at: Timestamp| self.world.now() < at.after(self.mint.lifetimes.code);
        if !is_fresh(at) || session.is_some_and(|session| session.id != *by) {
            return Err(self.answered(interaction).await);
        }
        let Purpose::Authorize(request) = &interaction.purpose else { return Ok(Next::Account) };
        let Some(redirect) = self.redirect(interaction, request, session, origin).await? else {
            return Err(self.answered(interaction).await);
        };
        // The answer is on record, so whatever broke now costs the client its name and nothing else.
        let client = self.directory.client(&request.client).await.ok().flatten();
        Ok(Next::Answer(Box::new(match client {
            Some(client) => redirect.named(client.display_name()),
            None => redirect,
        })))
    }

    /// What an interaction that is answered tells the client; `None` if that has arrived already, or
    /// cannot be told without a session.
    async fn redirect(
        &self,
        interaction: &Interaction,
        request: &AuthorizationRequest,
        session: Option<&Session>,
        origin: &Origin,
    ) -> Result<Option<Redirect>, Fault> {
        let InteractionState::Answered { answer, .. } = &interaction.state else { return Ok(None) };
        let (decided, scope) = match answer {
            Answer::Account => return Ok(None),
            Answer::Denied => {
                return Ok(Some(refuse(request, ErrorCode::AccessDenied, "the person refused")));
            }
            Answer::OtherPerson => {
                let hint = "another person has signed in than `id_token_hint` names";
                return Ok(Some(refuse(request, ErrorCode::LoginRequired, hint)));
            }
            Answer::Granted { decided, scope } => (decided, scope),
        };
        let code = self.answers.derive("code", &[interaction.id.as_str()]);
        match self.codes.find(&code.digest()).await.map_err(broken)? {
            Some(found) if found.value.state == CodeState::Issued => {
                return Ok(Some(request.back.clone().grant(code)));
            }
            // It was redeemed, so it has reached the client, to whom it would look stolen if it came
            // again.
            Some(_) => return Ok(None),
            None => {}
        }
        let Some(session) = session else { return Ok(None) };
        let settled = self.settle(request, decided.as_ref(), scope, session, code, origin).await;
        // It is over, so whatever broke now is for the client to know.
        Ok(Some(settled.unwrap_or_else(|error| request.back.clone().refuse(error))))
    }
}

fn refuse(request: &AuthorizationRequest, code: ErrorCode, hint: &str) -> Redirect {
    request.back.clone().refuse(OAuthError::new(code).hint(hint))
}
