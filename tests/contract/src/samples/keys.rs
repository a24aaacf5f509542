//! Signing keys.

use domain::{Algorithm, KeyId, KeyState, PublicKey, SigningKey};

use super::{NOW, Sample, at};

impl Sample for SigningKey {
    fn nth(n: u32) -> Self {
        Self {
            id: KeyId::new(format!("key-{n}")),
            algorithm: Algorithm::Es256,
            public: PublicKey::Ec { x: vec![0; 32], y: vec![255; 32] },
            sealed: vec![0, 1, 254, 255],
            created_at: NOW,
            state: KeyState::Active,
        }
    }

    fn altered(self) -> Self {
        Self { state: KeyState::Retiring { until: at(900) }, ..self }
    }

    fn shapes() -> Vec<Self> {
        let rsa = Self {
            algorithm: Algorithm::Rs256,
            public: PublicKey::Rsa { n: vec![171; 256], e: vec![1, 0, 1] },
            ..Self::nth(0)
        };
        vec![Self::nth(0), Self::nth(0).altered(), rsa.clone(), rsa.altered()]
    }
}
