//! `/livez`, `/ready` and `/health`.

use std::sync::Arc;

use ports::inbound::Verdict;
use serde_json::{Value, json};

use crate::stub::Stub;

#[tokio::test]
async fn what_is_down_is_said_and_the_process_lives_on() {
    for (verdict, status, word) in [
        (Verdict::Ready, 200, "ok"),
        (Verdict::StorageDown, 503, "storage_down"),
        (Verdict::StorageFull, 503, "storage_full"),
        (Verdict::StorageReplaced, 503, "storage_replaced"),
    ] {
        let client = Arc::new(Stub { verdict, ..Stub::default() }).client();
        for path in ["/ready", "/health"] {
            let response = client.get(path).send().await;
            assert_eq!(response.0.status().as_u16(), status);
            response.assert_header("cache-control", "no-store");
            let told: Value = response.0.into_body().into_json().await.expect("JSON");
            assert_eq!(told, json!({"status": word}));
        }
        client.get("/livez").send().await.assert_status_is_ok();
    }
}
