//! A string, or an array of strings.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;

/// A member that is a string if there is one value, and an array if there are several (RFC 7519
/// §4.1.3). poem-openapi's own union of the two would be documented as an object.
#[derive(Debug)]
pub(crate) struct OneOrMany(Vec<String>);

impl OneOrMany {
    /// `None` if there is no value.
    pub(crate) fn new(values: Vec<String>) -> Option<Self> {
        (!values.is_empty()).then_some(Self(values))
    }
}

impl Type for OneOrMany {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "one_or_many".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let one_of = vec![String::schema_ref(), Vec::<String>::schema_ref()];
        MetaSchemaRef::Inline(Box::new(MetaSchema { one_of, ..MetaSchema::ANY }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ToJSON for OneOrMany {
    fn to_json(&self) -> Option<Value> {
        match self.0.as_slice() {
            [only] => only.to_json(),
            _ => self.0.to_json(),
        }
    }
}

impl ParseFromJSON for OneOrMany {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let parsed = match value {
            Some(Value::String(only)) => return Ok(Self(vec![only])),
            other => Vec::parse_from_json(other),
        };
        parsed.map(Self).map_err(ParseError::propagate)
    }
}
