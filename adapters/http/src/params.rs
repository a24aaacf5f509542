//! Decoding of OAuth parameters, which is stricter than common form decoders.

mod alternatives;
pub(crate) mod form;
mod json;
mod path;
mod values;

use std::collections::BTreeMap;

use domain::OAuthError;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, value};

use self::values::Values;
pub(crate) use self::{form::MaybeForm, json::Metadata, path::Tail};
use crate::body::malformed;

/// Decoded parameters, by name.
#[derive(Clone, Debug)]
pub(crate) struct Params(BTreeMap<String, Vec<String>>);

/// Fields of a struct that is flattened into others. serde reads them without their names, so that
/// an error could not name the parameter.
const FLATTENED: &[&str] = &["client_id", "client_secret"];

impl Params {
    /// Decodes a body or a query. A parameter without a value is treated as absent (OAuth 2.1
    /// §3.2).
    pub(crate) fn decode(raw: &str) -> Result<Self, OAuthError> {
        let mut params = BTreeMap::<_, Vec<_>>::new();
        for pair in raw.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !value.is_empty() {
                params.entry(decode(name)?).or_default().push(decode(value)?);
            }
        }
        Ok(Self(params))
    }

    /// The value of a required parameter.
    pub(crate) fn require(&self, name: &str) -> Result<&str, OAuthError> {
        match self.0.get(name).map(Vec::as_slice) {
            Some([only]) => Ok(only),
            Some(_) => Err(malformed(format!("`{name}` is given more than once"))),
            None => Err(malformed(format!("`{name}` is missing"))),
        }
    }

    /// Takes `name.1`, `name.2` and so on for the values of the one list `name`: the boxes of a form
    /// have names of their own, since not every program that sends a form repeats a name.
    pub(crate) fn gather(mut self, name: &str) -> Self {
        let numbered =
            |known: &String| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let found: Vec<_> = self.0.keys().filter(|known| numbered(known)).cloned().collect();
        let values: Vec<_> =
            found.iter().filter_map(|known| self.0.remove(known)).flatten().collect();
        if !values.is_empty() {
            self.0.entry(name.to_owned()).or_default().extend(values);
        }
        self
    }

    /// Removes the parameters that are repeated, except those in `kept`, and returns each with its
    /// values.
    pub(crate) fn take_repeated(&mut self, kept: &[&str]) -> Vec<(String, Vec<String>)> {
        let twice = |(name, values): (&String, &Vec<String>)| {
            (values.len() > 1 && !kept.contains(&name.as_str())).then(|| name.clone())
        };
        let names: Vec<_> = self.0.iter().filter_map(twice).collect();
        names.into_iter().filter_map(|name| self.0.remove_entry(&name)).collect()
    }

    /// Deserializes the parameters. A known parameter may be repeated only if it is a list; an
    /// unknown one is ignored, however often it is sent (RFC 6749 §3.2, erratum 5708).
    pub(crate) fn parse<T: DeserializeOwned>(self) -> Result<T, OAuthError> {
        for name in FLATTENED {
            if self.0.contains_key(*name) {
                self.require(name)?;
            }
        }
        let entries = self.0.into_iter().map(|(name, values)| (name.clone(), Values(name, values)));
        T::deserialize(value::MapDeserializer::new(entries))
            .map_err(|error: value::Error| malformed(error.to_string()))
    }
}

/// Decodes `application/x-www-form-urlencoded`, strictly as UTF-8.
fn decode(raw: &str) -> Result<String, OAuthError> {
    if !raw.bytes().any(|c| matches!(c, b'+' | b'%')) {
        return Ok(raw.to_owned());
    }
    let spaced = raw.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(Into::into)
        .map_err(|error| malformed("the parameters are not UTF-8").because(error))
}

/// A request that is read from parameters.
pub(crate) trait FromParams: Sized {
    /// Reads the request.
    fn from_params(params: Params) -> Result<Self, OAuthError>;
}

impl FromParams for Params {
    fn from_params(params: Self) -> Result<Self, OAuthError> {
        Ok(params)
    }
}
