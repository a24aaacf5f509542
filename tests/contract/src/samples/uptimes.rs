//! Times in which servers were up.

use domain::{Outage, Uptime};

use super::{NOW, Sample, at};

impl Sample for Uptime {
    fn nth(n: u32) -> Self {
        Self::begin(&format!("https://auth-{n}.example/tenant"), NOW)
    }

    fn altered(self) -> Self {
        let outages =
            vec![Outage { from: at(-500), to: at(-100) }, Outage { from: at(0), to: at(60) }];
        Self { seen_at: at(60), outages, ..self }
    }

    fn shapes() -> Vec<Self> {
        vec![Self::nth(0), Self::nth(0).altered()]
    }
}
