//! The logos of clients, fetched once and kept for a while.

use std::{sync::Arc, time::Duration};

use domain::{Client, Image, Timestamp};
use moka::sync::Cache;
use ports::outbound::{Clock, HttpFetcher};
use tokio::sync::Semaphore;

/// The time for which a logo is kept before it is fetched again.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// The time for which a logo is not fetched again after a failure.
const MISSED_FOR: Duration = Duration::from_mins(10);
/// The most logos that are kept: with images of the largest size, 16 MiB.
const KEPT_AT_MOST: u64 = 256;
/// The most logos that are fetched at once. Whoever comes beside these sees the client without its logo.
const FETCHED_AT_ONCE: usize = 8;

/// The logos of clients. The people who see them are not seen by those who host them: it is we who
/// fetch a logo, seldom, and it comes to the browser inside our own page.
pub struct Logos {
    web: Arc<dyn HttpFetcher>,
    clock: Arc<dyn Clock>,
    kept: Cache<String, Kept>,
    turns: Semaphore,
}

#[derive(Clone)]
struct Kept {
    logo: Option<Image>,
    until: Timestamp,
}

impl Logos {
    /// Knows none at first.
    #[must_use]
    pub fn new(web: Arc<dyn HttpFetcher>, clock: Arc<dyn Clock>) -> Self {
        let kept = Cache::builder().max_capacity(KEPT_AT_MOST).build();
        Self { web, clock, kept, turns: Semaphore::new(FETCHED_AT_ONCE) }
    }

    /// The logo of `client`, wherever it is; `None` if there is none to be had.
    pub(crate) async fn find(&self, client: &Client) -> Option<Image> {
        let uri = client.metadata.logo_uri.as_deref()?;
        if !uri.starts_with("https://") {
            return own_logo(client);
        }
        let now = self.clock.now();
        if let Some(kept) = self.kept.get(uri).filter(|kept| now < kept.until) {
            return kept.logo;
        }
        let turn = self.turns.try_acquire().ok()?;
        // Whoever comes meanwhile does not ask the same again.
        let meanwhile = Kept { logo: None, until: now.after(MISSED_FOR) };
        self.kept.insert(uri.to_owned(), meanwhile);
        let logo = self.fetch(uri).await;
        drop(turn);
        let until = now.after(if logo.is_some() { KEPT_FOR } else { MISSED_FOR });
        self.kept.insert(uri.to_owned(), Kept { logo: logo.clone(), until });
        logo
    }

    async fn fetch(&self, uri: &str) -> Option<Image> {
        match self.web.fetch(uri, Image::LARGEST).await {
            Ok(bytes) => {
                let logo = Image::recognise(bytes);
                if logo.is_none() {
                    tracing::info!(uri, "a logo is not a PNG, JPEG, GIF or WebP image");
                }
                logo
            }
            Err(error) => {
                tracing::info!(uri, %error, "a logo cannot be had");
                None
            }
        }
    }
}

/// The logo that a client brings along in its own metadata.
pub(crate) fn own_logo(client: &Client) -> Option<Image> {
    client.metadata.logo_uri.as_deref().and_then(Image::from_data_url)
}
