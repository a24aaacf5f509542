//! The real router, before an application that says no to everybody and remembers what it was asked.

pub(crate) mod headers;
pub(crate) mod metadata;
pub(crate) mod params;
mod recorder;

use std::sync::{Arc, LazyLock};

use adapter_http::{Application, Settings, Tasks, router};
use poem::{
    Endpoint, EndpointExt, Error, Request, Response,
    endpoint::BoxEndpoint,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
};
use tokio::runtime::{Builder, Runtime};

use self::{
    nobody::Nobody,
    recorder::{Asked, Recorder},
};

/// The use cases that no request of the fuzzer reaches.
#[path = "../../../../adapters/http/tests/nobody/mod.rs"]
mod nobody;

const FORM: &str = "application/x-www-form-urlencoded";

struct Server {
    runtime: Runtime,
    router: BoxEndpoint<'static, Response>,
    recorder: Arc<Recorder>,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let recorder = Arc::new(Recorder::default());
    let nobody = Arc::new(Nobody);
    let application = Application {
        discover: recorder.clone(),
        tokens: recorder.clone(),
        introspect: nobody.clone(),
        revoke: nobody.clone(),
        user_info: recorder.clone(),
        clients: recorder.clone(),
        authorize: recorder.clone(),
        sign_in: nobody.clone(),
        decide: nobody.clone(),
        account: nobody.clone(),
        end_session: recorder.clone(),
        probe: nobody,
    };
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let router = router(&application, &Settings::default(), &Tasks::default()).boxed();
    Server { runtime, router, recorder }
});

/// The outcome of a request.
struct Answer {
    status: StatusCode,
    body: String,
    /// The call that reached the application, if any.
    asked: Option<Asked>,
}

/// Asks the server. The answer is never that it is broken.
fn ask(request: Request) -> Answer {
    let server = &*SERVER;
    server.runtime.block_on(async {
        let response = server.router.call(request).await.unwrap_or_else(Error::into_response);
        let status = response.status();
        let body = response.into_body().into_string().await.expect("text");
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
        Answer { status, body, asked: server.recorder.take() }
    })
}

fn get(uri: Uri, name: HeaderName, value: HeaderValue) -> Request {
    Request::builder().method(Method::GET).uri(uri).header(name, value).finish()
}

fn post(path: &'static str, content_type: &'static str, body: Vec<u8>) -> Request {
    let request = Request::builder().method(Method::POST).uri(Uri::from_static(path));
    request.header(header::CONTENT_TYPE, content_type).body(body)
}
