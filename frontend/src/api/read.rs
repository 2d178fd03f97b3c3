//! JSON into our types, by one small reader. serde_json's own would be compiled into each type a second time for lists in the
//! place of objects, and a third time for tagged enums: half of what a page weighs.

use serde::de::value::{MapDeserializer, SeqDeserializer, StringDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde_json::{Error, Value};

/// Reads a reply.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_value(serde_json::from_str(text)?)
}

/// Reads a part of a reply.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Reader(value))
}

struct Reader(Value);

impl Reader {
    /// An object is no list and a list no object, whatever a type would take.
    fn wrong<'de, V: Visitor<'de>>(&self, visitor: &V) -> Error {
        let found = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, visitor)
    }
}

impl IntoDeserializer<'_, Error> for Reader {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// For what is read as it comes: numbers, texts and flags.
macro_rules! as_it_comes {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0 {
                Value::Bool(value) => visitor.visit_bool(value),
                Value::String(text) => visitor.visit_string(text),
                Value::Number(number) => {
                    if let Some(value) = number.as_u64() {
                        visitor.visit_u64(value)
                    } else if let Some(value) = number.as_i64() {
                        visitor.visit_i64(value)
                    } else {
                        visitor.visit_f64(number.as_f64().unwrap_or_default())
                    }
                }
                _ => Err(self.wrong(&visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    as_it_comes! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Reader))),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, Reader(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    /// By name alone: none of our enums holds anything.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(StringDeserializer::<Error>::new(name)),
            _ => Err(self.wrong(&visitor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{from_json, from_value};
    use serde_json::json;
    use shared::Problem;
    use shared::auth::Session;
    use shared::call::{CallDetail, Turn};

    #[test]
    fn a_session_is_read_as_serde_json_reads_it() {
        let session = json!({
            "user": {"id": "0198c2f4-7a1d-7c3e-8000-000000000001", "email": "a@b.example", "name": "A"},
            "organization": {
                "id": "0198c2f4-7a1d-7c3e-8000-000000000002", "name": "B", "slug": "b", "kind": "agency",
                "timezone": "Europe/Berlin"
            },
            "role": "Admin", "permissions": ["calls.list", "calls.teleport"], "organizations": [], "demo": true
        });
        let expected: Session = serde_json::from_value(session.clone()).unwrap();
        assert_eq!(from_value::<Session>(session).unwrap(), expected);
    }

    #[test]
    fn numbers_options_and_defaults_are_read() {
        let turn = r#"{"position":2,"speaker":"agent","message":null,"at_seconds":3,"interrupted":false,"tools":[]}"#;
        assert_eq!(
            from_json::<Turn>(turn).unwrap(),
            serde_json::from_str::<Turn>(turn).unwrap()
        );
        let problem = r#"{"title":"No","status":404,"code":"a_code_of_tomorrow","errors":[]}"#;
        assert_eq!(
            from_json::<Problem>(problem).unwrap(),
            serde_json::from_str::<Problem>(problem).unwrap()
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(from_json::<Turn>("[2,\"agent\",null,3,false,[]]").is_err());
        assert!(from_json::<Turn>("{}").is_err());
        assert!(from_json::<CallDetail>("null").is_err());
        assert!(from_json::<Vec<String>>("{}").is_err());
        assert!(from_json::<Vec<String>>("[1]").is_err());
    }
}
