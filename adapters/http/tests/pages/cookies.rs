//! What browsers keep, and for how long.

use domain::Secret;
use ports::inbound::{Decided, Next, SignedIn};

use crate::{
    browser::{cookies, csrf, get_with, kept, location, post, post_with},
    samples,
    stub::{Stub, Working},
};

const LOCAL: &str = "http://localhost:9000";

#[tokio::test]
async fn plain_http_on_this_machine_gets_cookies_that_it_can_send() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let response = get_with(&world, "/oauth/authorize?client_id=notes", "").await;
    let proof = "portcullis-i-00000000-i-1_x=proof";
    assert_eq!(
        kept(&response),
        [format!("{proof}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400")]
    );
    let form = format!("csrf={}&username=ada&password=pw", csrf());
    let response = post_with(&world, "/login?interaction=i-1_x", &form, proof).await;
    let session = "portcullis-session=s.secret; HttpOnly; SameSite=Lax; Path=/";
    assert_eq!(kept(&response), [session]);
}

#[tokio::test]
async fn over_https_only_cookies_that_no_other_host_can_set_count() {
    let world = Working::new(Stub::default());
    let form = format!("csrf={}&username=ada&password=pw", csrf());
    let plain = "portcullis-session=s.secret; portcullis-i-00000000-i-1_x=proof";
    let response = post_with(&world, "/login?interaction=i-1_x", &form, plain).await;
    response.assert_status(poem::http::StatusCode::FORBIDDEN);
    assert!(world.seen().is_empty());
    let response = post(&world, "/login?interaction=i-1_x", &form).await;
    let session = "__Host-portcullis-session=s.secret; HttpOnly; SameSite=Lax; Secure; Path=/";
    assert_eq!(kept(&response), [session]);
}

#[tokio::test]
async fn each_interaction_has_a_cookie_of_its_own() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let both = "portcullis-i-00000004-other=theirs; portcullis-i-00000005-i-1_x=proof; \
                portcullis-i-00000006-i-1=no; portcullis-i-zz-i-1_x=junk";
    get_with(&world, "/login?interaction=i-1_x", both).await;
    get_with(&world, "/login?interaction=other", both).await;
    get_with(&world, "/login?interaction=third", both).await;
    assert_eq!(world.seen(), ["show i-1_x [proof -]", "show other [theirs -]", "show third [- -]"]);
    let response = get_with(&world, "/oauth/authorize?client_id=notes", both).await;
    assert_eq!(kept(&response).len(), 1);
    assert!(kept(&response)[0].starts_with("portcullis-i-00000007-i-1_x=proof; "));
}

#[tokio::test]
async fn of_too_many_interactions_the_oldest_are_forgotten() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let held = |count: u32| {
        let cookies =
            (0..count).rev().map(|order| format!("portcullis-i-{order:08x}-tab{order}=p"));
        cookies.collect::<Vec<_>>().join("; ")
    };
    let gone = |order| {
        format!("portcullis-i-{order:08x}-tab{order}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    };
    let path = "/oauth/authorize?client_id=notes";
    assert_eq!(kept(&get_with(&world, path, &held(15)).await).len(), 1);
    let response = get_with(&world, path, &held(16)).await;
    assert_eq!(kept(&response)[0], gone(0));
    assert!(kept(&response)[1].starts_with("portcullis-i-00000010-i-1_x=proof; "));
    let response = get_with(&world, path, &held(18)).await;
    assert_eq!(kept(&response)[..3], [gone(0), gone(1), gone(2)]);
    assert_eq!(kept(&response).len(), 4);
}

#[tokio::test]
async fn an_answered_interaction_is_forgotten_and_the_session_is_kept() {
    let world = Working::new(Stub {
        signed_in: || {
            let next = Next::Answer(Box::new(samples::granted("https://notes.example/cb")));
            Ok(SignedIn::Onward { session: Some(Secret::new("new")), next })
        },
        ..Stub::default()
    });
    let form = format!("csrf={}&username=ada&password=pw", csrf());
    let gone =
        "__Host-portcullis-i-00000000-i-1_x=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0";
    let session = "__Host-portcullis-session=new; HttpOnly; SameSite=Lax; Secure; Path=/";
    let response = post(&world, "/login?interaction=i-1_x", &form).await;
    assert_eq!(kept(&response), [gone, session]);

    let form = format!("csrf={}&decision=deny", csrf());
    let response = post(&world, "/consent?interaction=i-1_x", &form).await;
    assert_eq!(kept(&response), [gone]);
    assert!(location(&response).starts_with("https://notes.example/cb?code="));
}

#[tokio::test]
async fn a_posted_answer_loses_no_cookie() {
    let world = Working::new(Stub {
        decided: || {
            Ok(Decided::Onward(Next::Answer(Box::new(samples::posted("https://notes.example/cb")))))
        },
        ..Stub::default()
    });
    let form = format!("csrf={}&decision=allow", csrf());
    let response = post_with(&world, "/consent?interaction=i-1_x", &form, &cookies()).await;
    response.assert_status_is_ok();
    assert_eq!(kept(&response).len(), 1);
}
