//! The bodies of responses.

mod one_or_many;

use std::marker::PhantomData;

use bytes::Bytes;
use poem::{IntoResponse, Response};
use poem_openapi::{
    payload::Payload,
    registry::{MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};

pub(crate) use self::one_or_many::OneOrMany;

/// JSON, under the content type that every client accepts: `application/json` has no parameters (RFC
/// 8259 §11).
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> Json<T> {
    /// Renders the JSON text.
    pub(crate) fn render(&self) -> String {
        self.0.to_json_string()
    }
}

impl<T: ToJSON> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(self.render())
    }
}

/// Bytes that were rendered in advance, documented as the payload `P`.
#[derive(Debug)]
pub(crate) struct Rendered<P>(pub(crate) Bytes, pub(crate) PhantomData<fn() -> P>);

impl<P: Payload> Payload for Rendered<P> {
    const CONTENT_TYPE: &'static str = P::CONTENT_TYPE;

    fn schema_ref() -> MetaSchemaRef {
        P::schema_ref()
    }

    fn register(registry: &mut Registry) {
        P::register(registry);
    }
}

impl<P: Payload> IntoResponse for Rendered<P> {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(self.0)
    }
}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $content_type:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $content_type;

            fn schema_ref() -> MetaSchemaRef {
                String::schema_ref()
            }
        }
    )*};
}

text! {
    /// An HTML page.
    Html = "text/html; charset=utf-8",
    /// A script.
    Script = "text/javascript; charset=utf-8",
    /// YAML (RFC 9512).
    Yaml = "application/yaml",
}
