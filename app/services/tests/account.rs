//! Taking back what was allowed, and signing out.

mod house;

use domain::{ClientId, ErrorCode, Origin, Revocable, Revocation, Timestamp};
use house::{House, NOW, RESOURCE, asked, code};
use ports::{
    inbound::{
        Begun, Browser, EndSession as _, Introspect as _, Introspection, ManageAccount as _, Next,
        SignOut, SignOutRequest,
    },
    outbound::Revocations as _,
};

#[tokio::test]
async fn what_was_allowed_can_be_taken_back() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let shown = house.account.show(&browser).await.expect("shown").expect("signed in");
    assert_eq!(shown.consents.len(), 1);
    assert_eq!(shown.consents[0].allowed[0].0.as_deref(), Some(RESOURCE));
    house.account.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
    assert!(!house.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert_eq!(code(house.refresh(&refresh).await).err(), Some(ErrorCode::InvalidGrant));
    let begun = house.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Interact { next: Next::Consent, .. }), "it is asked again");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_what_must_not_outlive_it() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let (offline, _) =
        house.allow(asked("mcp:read offline_access"), "mcp:read offline_access").await;
    let offline = house.redeem(&offline).await.expect("redeemed");
    let done =
        house.end_session.confirm(SignOutRequest::default(), &browser).await.expect("signed out");
    assert!(matches!(done, SignOut::Done { redirect: None }));
    assert!(house.account.show(&browser).await.expect("answered").is_none());
    assert!(!house.is_live("web", &tokens.access_token).await);
    assert!(house.is_live("web", &offline.access_token).await);
}

#[tokio::test]
async fn a_client_signs_out_only_the_person_it_means() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let bye = |uri: &str| SignOutRequest {
        id_token_hint: Some(hint.clone()),
        post_logout_redirect_uri: Some(uri.to_owned()),
        state: Some("x".to_owned()),
        ..SignOutRequest::default()
    };
    let elsewhere = house.end_session.request(bye("https://evil.example/"), &browser).await;
    assert_eq!(code(elsewhere).err(), Some(ErrorCode::InvalidRequest));
    let unproven =
        SignOutRequest { client_id: Some("web".to_owned()), ..SignOutRequest::default() };
    let asked = house.end_session.request(unproven, &browser).await.expect("asked");
    assert!(matches!(asked, SignOut::Ask { .. }), "{asked:?}");
    let (_, other_browser) = house.allow(house::asked("mcp:write"), "mcp:write").await;
    let other = house
        .end_session
        .request(bye("https://app.example/bye"), &other_browser)
        .await
        .expect("asked");
    assert!(matches!(other, SignOut::Ask { .. }), "it is another session: {other:?}");
    let done = house
        .end_session
        .request(bye("https://app.example/bye"), &browser)
        .await
        .expect("signed out");
    let SignOut::Done { redirect: Some((uri, state)) } = done else { panic!("{done:?}") };
    assert_eq!((uri.as_str(), state.as_deref()), ("https://app.example/bye", Some("x")));
    assert!(house.account.show(&browser).await.expect("answered").is_none());
}

#[tokio::test]
async fn a_withdrawn_consent_whose_row_is_still_there_can_be_given_again() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let origin = Origin::default();
    let told = house.introspect.introspect(house::presented("web"), tokens.access_token, &origin);
    let Introspection::Access { claims, .. } = told.await.expect("answered") else {
        panic!("dead")
    };
    let consent = claims.lineage.consent.expect("a consent");
    let revocation = Revocation {
        what: Revocable::Consent(consent),
        expires_at: Timestamp::from_unix(NOW + 9_999_999),
    };
    house.memory.revoke(revocation, Timestamp::from_unix(NOW)).await.expect("the store answers");
    house.directory.refresh().await.expect("the news arrives");
    let begun = house.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Interact { next: Next::Consent, .. }), "it is asked again");
    let (granted, _) = house.allow(asked("mcp:read"), "mcp:read").await;
    let tokens = house.redeem(&granted).await.expect("redeemed");
    assert!(house.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_signed_out_browser_is_sent_nowhere_without_a_proof_of_who_asks() {
    let house = House::new().await;
    let bye = SignOutRequest {
        client_id: Some("web".to_owned()),
        post_logout_redirect_uri: Some("https://app.example/bye".to_owned()),
        ..SignOutRequest::default()
    };
    let done = house.end_session.request(bye, &Browser::default()).await.expect("answered");
    assert!(matches!(done, SignOut::Done { redirect: None }), "{done:?}");
}
