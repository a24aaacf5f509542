//! Taking back what was allowed, and signing out.

mod server;

use domain::{
    Action, ClientId, ErrorCode, RequestSource, Revocable, Revocation, Secret, Timestamp,
};
use ports::{
    inbound::{
        AdminError, AdministerUsers as _, Begun, Browser, Changed, EndSession as _,
        Introspect as _, Introspection, ManageAccount as _, NextPage, PasswordChange, SignIn as _,
        SignOut, SignOutRequest, UserChange,
    },
    outbound::{Change, Consents, Page, Revocations as _},
};
use server::{NOW, PASSWORD, RESOURCE, TestServer, asked, code};

#[tokio::test]
async fn what_was_allowed_can_be_taken_back() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let shown = server.account.show(&browser).await.expect("shown").expect("signed in");
    assert_eq!(shown.consents.len(), 1);
    assert_eq!(shown.consents[0].allowed[0].0.as_deref(), Some(RESOURCE));
    server.account.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
    assert!(!server.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert_eq!(code(server.refresh(&refresh).await).err(), Some(ErrorCode::InvalidGrant));
    let begun = server.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Interact { next: NextPage::Consent, .. }), "it is asked again");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_what_must_not_outlive_it() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let (offline, _) =
        server.allow(asked("mcp:read offline_access"), "mcp:read offline_access").await;
    let offline = server.redeem(&offline).await.expect("redeemed");
    let done =
        server.end_session.confirm(SignOutRequest::default(), &browser).await.expect("signed out");
    assert!(matches!(done, SignOut::Done { redirect: None }));
    assert!(server.account.show(&browser).await.expect("answered").is_none());
    assert!(!server.is_live("web", &tokens.access_token).await);
    assert!(server.is_live("web", &offline.access_token).await);
}

#[tokio::test]
async fn a_client_signs_out_only_the_person_it_means() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let bye = |uri: &str| SignOutRequest {
        id_token_hint: Some(hint.clone()),
        post_logout_redirect_uri: Some(uri.to_owned()),
        state: Some("x".to_owned()),
        ..SignOutRequest::default()
    };
    let elsewhere = server.end_session.request(bye("https://evil.example/"), &browser).await;
    assert_eq!(code(elsewhere).err(), Some(ErrorCode::InvalidRequest));
    let unproven =
        SignOutRequest { client_id: Some("web".to_owned()), ..SignOutRequest::default() };
    let asked = server.end_session.request(unproven, &browser).await.expect("asked");
    assert!(matches!(asked, SignOut::Ask { .. }), "{asked:?}");
    let (_, other_browser) = server.allow(server::asked("mcp:write"), "mcp:write").await;
    let other = server
        .end_session
        .request(bye("https://app.example/bye"), &other_browser)
        .await
        .expect("asked");
    assert!(matches!(other, SignOut::Ask { .. }), "it is another session: {other:?}");
    let done = server
        .end_session
        .request(bye("https://app.example/bye"), &browser)
        .await
        .expect("signed out");
    let SignOut::Done { redirect: Some((uri, state)) } = done else { panic!("{done:?}") };
    assert_eq!((uri.as_str(), state.as_deref()), ("https://app.example/bye", Some("x")));
    assert!(server.account.show(&browser).await.expect("answered").is_none());
}

#[tokio::test]
async fn a_withdrawn_consent_whose_row_is_still_there_can_be_given_again() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let origin = RequestSource::default();
    let told = server.introspect.introspect(server::presented("web"), tokens.access_token, &origin);
    let Introspection::Access { claims, .. } = told.await.expect("answered") else {
        panic!("dead")
    };
    let consent = claims.lineage.consent.expect("a consent");
    let revocation = Revocation {
        what: Revocable::Consent(consent),
        expires_at: Timestamp::from_unix(NOW + 9_999_999),
    };
    server.memory.revoke(revocation, Timestamp::from_unix(NOW)).await.expect("the store answers");
    server.maintenance().forget_all().await.expect("the news arrives");
    let begun = server.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Interact { next: NextPage::Consent, .. }), "it is asked again");
    let (granted, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    let tokens = server.redeem(&granted).await.expect("redeemed");
    assert!(server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_signed_out_browser_is_sent_nowhere_without_a_proof_of_who_asks() {
    let server = TestServer::new().await;
    let bye = SignOutRequest {
        client_id: Some("web".to_owned()),
        post_logout_redirect_uri: Some("https://app.example/bye".to_owned()),
        ..SignOutRequest::default()
    };
    let done = server.end_session.request(bye, &Browser::default()).await.expect("answered");
    assert!(matches!(done, SignOut::Done { redirect: None }), "{done:?}");
}

/// Another browser in which ada is signed in.
async fn another_browser(server: &TestServer) -> Browser {
    let page = server.sign_in.begin(&Browser::default()).await.expect("begun");
    let browser = server::holding(page.secret.clone(), &Browser::default());
    let (_, browser, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    browser
}

fn change(current: &str, new: &str, end_others: bool) -> PasswordChange {
    PasswordChange { current: Secret::new(current), new: Secret::new(new), end_others }
}

const NEW: &str = "another horse altogether";

#[tokio::test]
async fn who_knows_the_password_changes_it_and_stays_signed_in_here_alone() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let other = another_browser(&server).await;
    let done = server.account.change_password(&browser, change(PASSWORD, NEW, true)).await;
    assert_eq!(done.expect("answered"), Changed::Done);
    assert!(server.account.show(&browser).await.expect("answered").is_some());
    assert!(server.account.show(&other).await.expect("answered").is_none());
    assert!(!server.is_live("web", &tokens.access_token).await);
    let again = server.account.change_password(&browser, change(NEW, PASSWORD, false)).await;
    assert_eq!(again.expect("answered"), Changed::Done, "the new one is the password now");
    assert!(server.account.show(&browser).await.expect("answered").is_some());
}

#[tokio::test]
async fn nothing_else_ends_with_a_password_unless_the_person_wants_it() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let other = another_browser(&server).await;
    let done = server.account.change_password(&browser, change(PASSWORD, NEW, false)).await;
    assert_eq!(done.expect("answered"), Changed::Done);
    assert!(server.account.show(&other).await.expect("answered").is_some());
    assert!(server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn who_finds_a_browser_open_does_not_change_the_password() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    for (current, new, reason) in [
        ("guessed", NEW, "The current password is wrong."),
        ("", NEW, "The current password is wrong."),
        (PASSWORD, "short", "Choose a password of at least 8 characters."),
    ] {
        let answer = server.account.change_password(&browser, change(current, new, true)).await;
        assert_eq!(answer.expect("answered"), Changed::Refused(reason));
    }
    let signed_out =
        server.account.change_password(&Browser::default(), change("", "", true)).await;
    assert_eq!(code(signed_out), Err(ErrorCode::AccessDenied));
}

#[tokio::test]
async fn a_new_address_is_not_known_to_be_the_persons() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let profile = async |name: &str, email: &str| {
        server.account.change_profile(&browser, name, email).await.expect("answered")
    };
    assert_eq!(profile("Ada", "countess@example.com").await, Changed::Done);
    assert!(matches!(profile("Ada", "nowhere").await, Changed::Refused(_)));
    let ada = server.users.list(Page { after: None, limit: 9 }).await.expect("listed").remove(0);
    assert_eq!(ada.name.as_deref(), Some("Ada"));
    assert_eq!((ada.email.as_deref(), ada.email_verified), (Some("countess@example.com"), false));
    let event = server.memory.events().into_iter().rfind(|it| it.action == Action::UserUpdated);
    assert_eq!(event.and_then(|event| event.detail).as_deref(), Some("name email"));
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let one = another_browser(&server).await;
    let another = another_browser(&server).await;
    server.account.end_other_sessions(&browser).await.expect("ended");
    for other in [&one, &another] {
        assert!(server.account.show(other).await.expect("answered").is_none());
    }
    let shown = server.account.show(&browser).await.expect("answered").expect("signed in");
    assert_eq!(shown.sessions.len(), 1);
}

#[tokio::test]
async fn a_deleted_person_holds_nothing_and_leaves_the_audit_record() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    server.users.delete("ada").await.expect("deleted");
    let ada = server.memory.events().into_iter().find(|event| event.action == Action::UserDeleted);
    let ada = ada.and_then(|event| event.subject).expect("on record");
    server.maintenance().apply(Change::User(ada.clone()));
    assert!(server.account.show(&browser).await.expect("answered").is_none());
    assert!(!server.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert_eq!(code(server.refresh(&refresh).await).err(), Some(ErrorCode::InvalidGrant));
    assert!(Consents::of(server.memory.as_ref(), &ada).await.expect("listed").is_empty());
    let sign_in = server
        .memory
        .events()
        .into_iter()
        .any(|event| event.action == Action::SignIn && event.subject.as_ref() == Some(&ada));
    assert!(sign_in, "what they did is on record");
}

#[tokio::test]
async fn an_operator_changes_what_an_account_says() {
    let server = TestServer::new().await;
    let change = |username: Option<&str>, email: &str| UserChange {
        username: username.map(str::to_owned),
        name: None,
        email: Some(email.to_owned()),
    };
    server.users.update("ada", change(Some("countess"), "c@example.com")).await.expect("changed");
    let ada = server.users.list(Page { after: None, limit: 9 }).await.expect("listed").remove(0);
    assert_eq!(ada.username.as_str(), "countess");
    assert_eq!((ada.email.as_deref(), ada.email_verified), (Some("c@example.com"), true));
    let refused = server.users.update("countess", change(None, "nowhere")).await;
    assert!(matches!(refused, Err(AdminError::Refused(_))));
    assert!(server.users.update("nobody", change(None, "")).await.is_err());
}
