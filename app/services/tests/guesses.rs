//! The number of guesses at a password that somebody has.

mod server;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::{ErrorCode, RequestSource, Secret};
use ports::inbound::{Browser, Credentials, InteractionFault, SignIn as _, SignedIn};

use self::server::{PASSWORD, TestServer, asked};

fn address(n: u32) -> RequestSource {
    let address = IpAddr::V4(Ipv4Addr::from_bits(Ipv4Addr::new(192, 0, 2, 0).to_bits() + n));
    RequestSource { address: Some(address), trace: None }
}

/// The outcome of one attempt.
#[derive(Debug, PartialEq)]
enum Attempt {
    Right,
    Wrong,
    /// Not looked at; the seconds after which to try again.
    Limited(u64),
}

/// Tries a password in a fresh browser.
async fn attempt(
    server: &TestServer,
    username: &str,
    password: &str,
    origin: RequestSource,
) -> Attempt {
    let browser = Browser { origin, ..Browser::default() };
    let (page, browser) = server.sign_in_page(asked("openid"), &browser).await;
    let credentials =
        Credentials { username: username.to_owned(), password: Secret::new(password) };
    match server.sign_in.sign_in(&page.request, &browser, credentials).await {
        Ok(SignedIn::Onward { .. }) => Attempt::Right,
        Ok(SignedIn::Refused(_)) => Attempt::Wrong,
        Err(InteractionFault::Failed(error)) if error.code == ErrorCode::TemporarilyUnavailable => {
            Attempt::Limited(error.retry_after.expect("a time to wait").as_secs())
        }
        Err(fault) => panic!("{fault:?}"),
    }
}

/// Guesses from so many addresses, each as soon as it may again, and counts for each of some hours how
/// many guesses were looked at.
async fn guesses<const HOURS: usize>(username: &str, addresses: u32) -> [u32; HOURS] {
    let server = TestServer::new().await;
    let mut looked_at = [0; HOURS];
    let mut ready = vec![0; addresses as usize];
    for (hour, looked_at) in looked_at.iter_mut().enumerate() {
        for minute in 0..60 {
            let now = i64::try_from(hour).expect("few") * 3600 + minute * 60;
            for (n, ready) in ready.iter_mut().enumerate() {
                while *ready <= now {
                    let origin = address(u32::try_from(n).expect("few"));
                    match attempt(&server, username, "a guess", origin).await {
                        Attempt::Limited(wait) => {
                            *ready = now + i64::try_from(wait).expect("hours at most");
                        }
                        Attempt::Wrong => *looked_at += 1,
                        Attempt::Right => panic!("a wrong password is taken for the right one"),
                    }
                }
            }
            server.clock.advance(60);
        }
    }
    looked_at
}

#[tokio::test]
async fn from_one_address_an_account_is_guessed_at_thirty_times_and_then_twenty_an_hour() {
    assert_eq!(guesses::<3>("ada", 1).await, [29, 20, 20]);
}

#[tokio::test]
async fn from_two_hundred_addresses_the_guesses_an_hour_are_few() {
    let [first, later @ ..] = guesses::<3>("ada", 200).await;
    assert!(first <= 750, "{first} guesses in the first hour");
    assert!(later.iter().all(|guesses| *guesses <= 250), "{later:?} guesses an hour afterwards");
}

#[tokio::test]
async fn a_name_without_an_account_is_limited_like_any_other() {
    assert_eq!(guesses::<2>("nobody", 3).await, guesses::<2>("ada", 3).await);
    assert_eq!(guesses::<1>("no such\tname", 1).await, guesses::<1>("ada", 1).await);
}

#[tokio::test]
async fn nobody_can_lock_a_person_out_from_elsewhere() {
    let server = TestServer::new().await;
    for n in 0..200 {
        while attempt(&server, "ada", "a guess", address(n)).await == Attempt::Wrong {}
    }
    let away = attempt(&server, "ada", "a guess", address(0)).await;
    assert!(matches!(away, Attempt::Limited(_)), "{away:?}");
    assert_eq!(attempt(&server, "ada", "mistyped", address(250)).await, Attempt::Wrong);
    assert_eq!(attempt(&server, "ada", PASSWORD, address(250)).await, Attempt::Right);
}

#[tokio::test]
async fn one_password_is_not_tried_on_everybody() {
    let server = TestServer::new().await;
    let mut tried = 0;
    while attempt(&server, &format!("user-{tried}"), "Summer2026!", address(1)).await
        == Attempt::Wrong
    {
        tried += 1;
        assert!(tried <= 100, "from one address");
    }
    assert_eq!(tried, 100);
    assert_eq!(attempt(&server, "ada", PASSWORD, address(2)).await, Attempt::Right);
}

#[tokio::test]
async fn an_address_that_many_people_share_is_not_shut_out_by_its_successes() {
    let server = TestServer::new().await;
    for _ in 0..300 {
        assert_eq!(attempt(&server, "ada", PASSWORD, address(1)).await, Attempt::Right);
    }
}

#[tokio::test]
async fn other_spellings_of_a_name_are_no_further_guesses() {
    let server = TestServer::new().await;
    for n in 0..10 {
        let name = if n % 2 == 0 { "ADA" } else { " ada " };
        assert_eq!(attempt(&server, name, "a guess", address(1)).await, Attempt::Wrong);
    }
    let eleventh = attempt(&server, "Ada", PASSWORD, address(1)).await;
    assert!(matches!(eleventh, Attempt::Limited(180)), "{eleventh:?}");
}

/// The address of a fresh /64 in one /48, and of another /56 than that of the one before.
fn varied(n: u32) -> RequestSource {
    let subnet = u16::try_from(((n & 0xff) << 8) | (n >> 8)).expect("a /48 has 65,536");
    let address = Ipv6Addr::new(0x2001, 0xdb8, 1, subnet, 0, 0, 0, 1);
    RequestSource { address: Some(address.into()), trace: None }
}

#[tokio::test]
async fn from_one_48_with_all_addresses_varied_the_guesses_an_hour_are_few() {
    let server = TestServer::new().await;
    let (mut looked_at, mut fresh) = ([0; 3], 0..65_536);
    for looked_at in &mut looked_at {
        for _ in 0..60 {
            let mut refused = 0;
            // One that is refused may have been unlucky; several in a row have used up the network.
            while refused < 4 {
                let origin = varied(fresh.next().expect("enough"));
                match attempt(&server, "ada", "a guess", origin).await {
                    Attempt::Wrong => (refused, *looked_at) = (0, *looked_at + 1),
                    _ => refused += 1,
                }
                assert!(*looked_at < 1_000, "in one hour");
            }
            server.clock.advance(60);
        }
    }
    assert_eq!(looked_at, [196, 66, 66]);
    let elsewhere = attempt(&server, "ada", PASSWORD, address(1)).await;
    assert_eq!(elsewhere, Attempt::Right, "from elsewhere it is hers");
}
