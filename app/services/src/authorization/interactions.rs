//! Interactions: requests on their way through sign-in and consent, each bound to one browser.
//!
//! Each step is one compare-and-set, followed by work that is the same however often it is done: of two
//! requests at once one takes the step, and both get the same answer.

use std::{sync::Arc, time::Duration};

use domain::{
    Digest, Interaction, InteractionError, InteractionId, InteractionState, Purpose, Secret,
    SignInRequest,
};
use ports::{
    inbound::{Browser, InteractionFault, SealedRequest},
    outbound::{self, RequestSealer, StoreError, Stored},
};

use crate::{Context, context::broken};

/// The number of attempts at a step that other requests were faster with.
const TRIES: usize = 4;

/// The request or interaction that a step starts from.
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

/// Whether a page has come back in time.
pub(crate) struct InTime(pub(crate) bool);

/// Begins interactions, and takes their steps.
pub struct Interactions {
    /// The store of interactions in which somebody has signed in.
    pub store: Arc<dyn outbound::Interactions>,
    /// Seals those that browsers carry.
    pub sealer: Arc<dyn RequestSealer>,
    /// The time that a person may take for an interaction.
    pub lifetime: Duration,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Interactions {
    /// Starts something in this browser, and returns the secret that the browser is to keep if it has
    /// none yet. Nothing is stored.
    pub(crate) fn start(
        &self,
        purpose: Purpose,
        browser: &Browser,
    ) -> (SignInRequest, Option<Secret>) {
        let (secret, digest) = self.bind(browser);
        let request = SignInRequest {
            id: self.context.id(InteractionId::new),
            browser: digest,
            purpose,
            created_at: self.context.now(),
        };
        (request, secret)
    }

    /// The digest by which an interaction is bound to the browser, and the secret behind it if the
    /// browser has none yet.
    fn bind(&self, browser: &Browser) -> (Option<Secret>, Digest) {
        if let Some(known) = browser.secrets.first() {
            return (None, known.digest());
        }
        let secret = self.context.secret();
        let digest = secret.digest();
        (Some(secret), digest)
    }

    /// The interaction, if it began in this browser and has not expired. It may be answered.
    pub(crate) async fn open(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Stored<Interaction>, InteractionFault> {
        let stored = self.store.find(id).await.map_err(broken)?;
        let stored = stored.ok_or(InteractionError::Unknown)?;
        stored.value.open(&browser.secrets, self.context.now())?;
        Ok(stored)
    }

    /// The same, even if it has expired: the browser in which it began may begin it anew for as long as
    /// it is stored.
    pub(crate) async fn open_late(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Stored<Interaction>, InteractionFault> {
        let stored = self.store.find(id).await.map_err(broken)?;
        let stored = stored.ok_or(InteractionError::Unknown)?;
        match stored.value.open(&browser.secrets, self.context.now()) {
            Ok(()) | Err(InteractionError::Expired) => Ok(stored),
            Err(error) => Err(error.into()),
        }
    }

    /// Seals a request for the browser to carry.
    pub(crate) fn seal(&self, request: SignInRequest) -> SealedRequest {
        self.sealer.seal(request)
    }

    /// Seals an interaction for its pages to carry, so that it can begin anew when it is gone.
    pub(crate) fn carry(&self, interaction: &Interaction) -> SealedRequest {
        let Interaction { id, browser, purpose, created_at, .. } = interaction.clone();
        self.seal(SignInRequest { id, browser, purpose, created_at })
    }

    /// Opens what the browser has carried, and says whether it is still in time.
    pub(crate) fn unseal(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
    ) -> Result<(SignInRequest, InTime), InteractionError> {
        let request = self.sealer.open(sealed).ok_or(InteractionError::Unknown)?;
        match request.open(&browser.secrets, self.lifetime, self.context.now()) {
            Ok(()) => Ok((request, InTime(true))),
            Err(InteractionError::Expired) => Ok((request, InTime(false))),
            Err(error) => Err(error),
        }
    }

    /// Takes a step, unless the interaction is over.
    pub(crate) async fn take(
        &self,
        mut held: Held,
        state: InteractionState,
    ) -> Result<Taken, InteractionFault> {
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
            let found = self.store.find(&id).await.map_err(broken)?;
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
                let expires_at = self.context.now().after(self.lifetime);
                let interaction = request.proceed(state, expires_at);
                self.store.insert(interaction.clone()).await?;
                Ok(interaction)
            }
            Held::Stored(stored) => {
                let interaction = Interaction { state, ..stored.value.clone() };
                self.store.replace(stored.with(interaction.clone())).await?;
                Ok(interaction)
            }
        }
    }
}
