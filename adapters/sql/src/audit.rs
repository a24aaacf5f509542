//! [`Audit`] as one table. The writer inserts many events at once.

pub(crate) mod entity;

use async_trait::async_trait;
use domain::Event;
use ports::outbound::{Audit, StoreError};

use crate::Sql;

#[async_trait]
impl Audit for Sql {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.writer.record(event.into()).await
    }
}
