//! The decision as a table: a request, who is signed in, what was allowed, and the step.

use super::*;
use crate::{
    Callback, ClientId, ClientLifetimes, ClientMetadata, ClientState, CodeReply, ConsentId,
    Password, Pkce, RedirectUri, RegistrationSource, ReplyTo, ResponseMode, Secret, SecretMethod,
    SecurityStamp, SessionId, SubjectId, UserState, Username,
};

const NOW: i64 = 500;

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix(second)
}

fn scope(list: &str) -> Scope {
    Scope::parse(list).expect("lawful")
}

fn request(callback: &str) -> AuthorizationRequest {
    let callback = Callback {
        redirect_uri: RedirectUri::parse(callback).expect("fit"),
        response_mode: ResponseMode::Query,
        state: None,
    };
    let pkce = Pkce::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").expect("well-formed");
    AuthorizationRequest {
        access: AccessRequest {
            client: ClientId::new("web"),
            scope: scope("read write"),
            resources: Vec::new(),
            prompt: Vec::new(),
            max_age: None,
            login_hint: None,
            subject: None,
        },
        reply_to: ReplyTo::Code(CodeReply { callback, pkce, nonce: None }),
    }
}

const CLAIMED: &str = "https://app.example/cb";

/// A request of a web application, changed by `change`.
fn web(change: impl FnOnce(&mut AccessRequest)) -> Purpose {
    let mut request = request(CLAIMED);
    change(&mut request.access);
    Purpose::Authorize(Box::new(request))
}

fn prompting(prompts: &[Prompt]) -> Purpose {
    web(|access| access.prompt = prompts.to_vec())
}

fn client(credential: Credential) -> Client {
    Client {
        id: ClientId::new("web"),
        credential,
        metadata: ClientMetadata::default(),
        lifetimes: ClientLifetimes::default(),
        origin: RegistrationSource::Operator,
        created_at: at(0),
        state: ClientState::Active,
    }
}

/// Ada's session, in which she signed in at the second 100.
fn session() -> Session {
    Session {
        id: SessionId::new("s"),
        digest: Secret::new("s").digest(),
        subject: SubjectId::new("ada"),
        stamp: SecurityStamp::new("1"),
        auth_time: at(100),
        amr: vec!["pwd".to_owned()],
        user_agent: None,
        address: None,
        created_at: at(100),
        last_used_at: at(100),
        expires_at: at(1_000),
    }
}

/// Everything that the request asks for.
fn all() -> NextStep {
    NextStep::Consent(scope("read write"))
}

/// The step for a public client to which ada has allowed `allowed`.
fn step(purpose: &Purpose, who: Authentication<'_>, allowed: Option<&str>) -> NextStep {
    step_for(&client(Credential::Public), purpose, who, allowed)
}

fn step_for(
    client: &Client,
    purpose: &Purpose,
    who: Authentication<'_>,
    allowed: Option<&str>,
) -> NextStep {
    let none =
        Consent::new(ConsentId::new("c"), SubjectId::new("ada"), ClientId::new("web"), at(0));
    let consent = allowed.map(|allowed| none.widen(&scope(allowed), &[], at(1)));
    let requester = Requester { client, consent: consent.as_ref() };
    purpose.next_step(who, Some(requester), at(NOW))
}

#[test]
fn a_person_signs_in_unless_the_session_at_hand_will_do() {
    use Authentication::{Accepted, Chosen, Earlier, Nobody};
    let session = session();
    let (earlier, chosen) = (Earlier(&session), Chosen(&session));
    let accepted = Accepted(&session);
    let plain = web(|_| ());
    let login = prompting(&[Prompt::Login]);
    let select = prompting(&[Prompt::SelectAccount]);
    let within = |seconds| web(|access| access.max_age = Some(Duration::from_secs(seconds)));
    let about = |name: &str| web(|access| access.subject = Some(SubjectId::new(name)));
    let sign_in = || NextStep::SignIn;
    let table = [
        ("nobody is signed in", &plain, Nobody, sign_in()),
        ("a session will do", &plain, earlier, all()),
        ("the client wants a sign-in", &login, earlier, sign_in()),
        ("choosing an account is no sign-in", &login, chosen, sign_in()),
        ("a sign-in is one", &login, accepted, all()),
        ("the client wants a choice", &select, earlier, sign_in()),
        ("which was made", &select, chosen, all()),
        ("the session is as old as may be", &within(400), earlier, all()),
        ("and a second older", &within(399), earlier, sign_in()),
        ("nor will choosing it do", &within(399), chosen, sign_in()),
        ("no session is young enough", &within(0), earlier, sign_in()),
        ("but a sign-in for the request is", &within(0), accepted, all()),
        ("the right person", &about("ada"), earlier, all()),
        ("another person", &about("eve"), earlier, sign_in()),
        (
            "another person has signed in",
            &about("eve"),
            accepted,
            NextStep::Refuse(Refusal::OtherPerson),
        ),
    ];
    for (case, purpose, who, expected) in table {
        assert_eq!(step(purpose, who, None), expected, "{case}");
    }
}

#[test]
fn a_person_is_asked_what_they_have_not_allowed() {
    let session = session();
    let who = Authentication::Earlier(&session);
    let plain = web(|_| ());
    let table = [
        ("nothing was allowed", &plain, None, all()),
        ("a part was", &plain, Some("read"), NextStep::Consent(scope("write"))),
        ("all was", &plain, Some("read write"), NextStep::Grant),
        ("the client wants a page", &prompting(&[Prompt::Consent]), Some("read write"), all()),
        (
            "access without any scope",
            &web(|access| access.scope = Scope::default()),
            None,
            NextStep::Consent(Scope::default()),
        ),
    ];
    for (case, purpose, allowed, expected) in table {
        assert_eq!(step(purpose, who, allowed), expected, "{case}");
    }
}

#[test]
fn what_was_allowed_answers_only_where_nobody_else_can_be_in_the_place_of_the_client() {
    let session = session();
    let who = Authentication::Earlier(&session);
    let secret =
        Credential::Secret { method: SecretMethod::Basic, digest: Secret::new("x").digest() };
    let (public, confidential) = (client(Credential::Public), client(secret));
    let table = [
        (CLAIMED, &public, NextStep::Grant),
        ("http://127.0.0.1:4000/cb", &public, all()),
        ("com.example.app:/cb", &public, all()),
        ("http://127.0.0.1:4000/cb", &confidential, NextStep::Grant),
    ];
    for (callback, client, expected) in table {
        let purpose = Purpose::Authorize(Box::new(request(callback)));
        assert_eq!(step_for(client, &purpose, who, Some("read write")), expected, "{callback}");
    }
}

#[test]
fn a_client_that_forbids_to_ask_is_told_what_would_be_asked() {
    let session = session();
    let (nobody, somebody) = (Authentication::Nobody, Authentication::Earlier(&session));
    let silent = prompting(&[Prompt::None]);
    let table = [
        (nobody, None, NextStep::Refuse(Refusal::SignInNeeded)),
        (somebody, None, NextStep::Refuse(Refusal::ConsentNeeded)),
        (somebody, Some("read"), NextStep::Refuse(Refusal::ConsentNeeded)),
        (somebody, Some("read write"), NextStep::Grant),
    ];
    for (who, allowed, expected) in table {
        assert_eq!(step(&silent, who, allowed), expected, "{who:?} {allowed:?}");
    }
}

#[test]
fn a_one_time_password_is_replaced_before_anything_else() {
    let password = |kept| User { password: Some(kept), ..ada() };
    let one_time = password(Password::one_time("$x".to_owned(), at(1_000)));
    let chosen = password(Password::chosen("$x".to_owned()));
    for purpose in [web(|_| ()), prompting(&[Prompt::None]), Purpose::Account] {
        let step = |user| step(&purpose, Authentication::Proven(user), Some("read write"));
        assert_eq!(step(&one_time), NextStep::ChoosePassword);
        assert_eq!(step(&chosen), NextStep::OpenSession);
    }
}

fn ada() -> User {
    User {
        id: SubjectId::new("ada"),
        username: Username::parse("ada").expect("lawful"),
        name: None,
        email: None,
        email_verified: false,
        password: None,
        state: UserState::Active,
        stamp: SecurityStamp::new("1"),
        created_at: at(0),
    }
}

#[test]
fn whoever_is_signed_in_sees_their_account() {
    let session = session();
    let step = |who| Purpose::Account.next_step(who, None, at(NOW));
    assert_eq!(step(Authentication::Nobody), NextStep::SignIn);
    assert_eq!(step(Authentication::Earlier(&session)), NextStep::Account);
    assert_eq!(step(Authentication::Accepted(&session)), NextStep::Account);
}
