//! Interactions.

use std::time::Duration;

use domain::{
    AccessRequest, Answer, AuthorizationRequest, Callback, ClientId, CodeReply, Interaction,
    InteractionId, InteractionState, Pkce, Prompt, Purpose, RedirectUri, ReplyTo, ResponseMode,
    Scope, Secret, SecurityStamp, SessionId, SubjectId,
};

use super::{NOW, Sample, at, grants::CHALLENGE, odd_text, resources, scope};

impl Sample for Interaction {
    fn nth(n: u32) -> Self {
        Self {
            id: InteractionId::new(format!("interaction-{n}")),
            browser: Secret::new(format!("{n}")).digest(),
            purpose: Purpose::Account,
            created_at: NOW,
            expires_at: at(600),
            state: InteractionState::Deciding { session: SessionId::new("session") },
        }
    }

    fn altered(self) -> Self {
        Self { state: answered(Answer::Denied), ..self }
    }

    fn shapes() -> Vec<Self> {
        let states = [
            InteractionState::ChoosingPassword {
                subject: SubjectId::new("ada"),
                stamp: SecurityStamp::new("s1"),
            },
            InteractionState::Deciding { session: SessionId::new("session") },
            answered(Answer::Account),
            answered(Answer::Granted { decided: None, scope: scope("openid mcp:read") }),
            answered(Answer::Granted { decided: Some(Scope::default()), scope: Scope::default() }),
            answered(Answer::Denied),
            answered(Answer::OtherPerson),
        ];
        let purposes = [Purpose::Account, authorize(bare()), authorize(full())];
        let shape = |(purpose, state): (&Purpose, &InteractionState)| Self {
            purpose: purpose.clone(),
            state: state.clone(),
            ..Self::nth(0)
        };
        purposes
            .iter()
            .flat_map(|purpose| states.iter().map(move |s| (purpose, s)))
            .map(shape)
            .collect()
    }
}

fn answered(answer: Answer) -> InteractionState {
    InteractionState::Answered { at: at(1), session: SessionId::new("session"), answer }
}

fn authorize(request: AuthorizationRequest) -> Purpose {
    Purpose::Authorize(Box::new(request))
}

fn bare() -> AuthorizationRequest {
    let callback = Callback {
        redirect_uri: RedirectUri::parse("https://app.example/cb").expect("fit"),
        response_mode: ResponseMode::Query,
        state: None,
    };
    let access = AccessRequest {
        client: ClientId::new("web"),
        scope: Scope::default(),
        resources: Vec::new(),
        prompt: Vec::new(),
        max_age: None,
        login_hint: None,
        subject: None,
    };
    AuthorizationRequest { access, reply_to: by_code(callback, None) }
}

fn full() -> AuthorizationRequest {
    let callback = Callback {
        redirect_uri: RedirectUri::parse("http://127.0.0.1:51234/cb?a=b").expect("fit"),
        response_mode: ResponseMode::FormPost,
        state: Some(odd_text()),
    };
    let access = AccessRequest {
        client: ClientId::new("web"),
        scope: scope("openid mcp:read"),
        resources: resources(),
        prompt: Prompt::ALL.to_vec(),
        max_age: Some(Duration::ZERO),
        login_hint: Some(odd_text()),
        subject: Some(SubjectId::new(odd_text())),
    };
    AuthorizationRequest { access, reply_to: by_code(callback, Some(odd_text())) }
}

fn by_code(callback: Callback, nonce: Option<String>) -> ReplyTo {
    let pkce = Pkce::parse(CHALLENGE).expect("well-formed");
    ReplyTo::Code(CodeReply { callback, pkce, nonce })
}
