//! Makes this instance seen, and knows when no instance was.

use std::sync::{Arc, PoisonError, RwLock};

use domain::{Issuer, Outage, Uptime};
use ports::outbound::{Clock, Store, StoreError};

/// The number of attempts at a write that others are faster with. Each time another instance has made
/// itself seen, which serves as well.
const ATTEMPTS: usize = 4;

/// The part of this instance in the record of up time.
pub struct Presence {
    store: Arc<dyn Store<Uptime>>,
    clock: Arc<dyn Clock>,
    issuer: Issuer,
    outages: RwLock<Arc<Vec<Outage>>>,
}

impl Presence {
    /// Makes this instance seen for the first time. To be called before anybody is served: if the
    /// server was away until now, that is found out here.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn open(
        store: Arc<dyn Store<Uptime>>,
        clock: Arc<dyn Clock>,
        issuer: Issuer,
    ) -> Result<Self, StoreError> {
        let presence = Self { store, clock, issuer, outages: RwLock::default() };
        presence.beat().await?;
        Ok(presence)
    }

    /// Makes this instance seen, and learns what outages there were. To be called once every
    /// [`Uptime::BEAT`].
    ///
    /// # Errors
    ///
    /// The store's. What was known before is still known.
    pub async fn beat(&self) -> Result<(), StoreError> {
        for _ in 0..ATTEMPTS {
            match self.try_to_beat().await {
                Ok(uptime) => {
                    let mut outages = self.outages.write().unwrap_or_else(PoisonError::into_inner);
                    *outages = Arc::new(uptime.outages);
                    return Ok(());
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        // Somebody was seen each time, and the next beat tells of what they found.
        Ok(())
    }

    async fn try_to_beat(&self) -> Result<Uptime, StoreError> {
        let (key, now) = (self.issuer.as_str().to_owned(), self.clock.now());
        let Some(held) = self.store.find(&key).await? else {
            let uptime = Uptime::begin(&key, now);
            self.store.insert(uptime.clone()).await?;
            return Ok(uptime);
        };
        let uptime = held.value.clone().seen(now);
        if uptime != held.value {
            self.store.replace(held.with(uptime.clone())).await?;
        }
        Ok(uptime)
    }

    /// The latest outages, as far as the last beat told.
    pub(crate) fn outages(&self) -> Arc<Vec<Outage>> {
        Arc::clone(&self.outages.read().unwrap_or_else(PoisonError::into_inner))
    }
}
