//! The serde deserializer for one parameter.

use serde::{
    Deserializer,
    de::{Error as _, IntoDeserializer, Visitor, value},
    forward_to_deserialize_any,
};

/// The name and the values of one parameter, which serde can read as a string, an option or a list.
pub(super) struct Values(pub(super) String, pub(super) Vec<String>);

impl IntoDeserializer<'_> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Values {
    type Error = value::Error;

    /// Used by `serde(flatten)`, which does not know the type yet.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        if self.1.len() == 1 {
            self.deserialize_string(visitor)
        } else {
            self.deserialize_seq(visitor)
        }
    }

    fn deserialize_string<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, value::Error> {
        match self.1.pop() {
            Some(only) if self.1.is_empty() => visitor.visit_string(only),
            _ => Err(value::Error::custom(format!("`{}` is given more than once", self.0))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_seq(value::SeqDeserializer::new(self.1.into_iter()))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf unit
        unit_struct newtype_struct tuple tuple_struct map struct enum identifier
    }
}
