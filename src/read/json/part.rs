//! A part of a JSON file that is read where it stands, into what its reader already holds, without a tree of values in between.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use std::fmt;

/// How a part is read. A shape of JSON that a part says nothing of is an error.
pub(crate) trait Part<'de>: Sized {
    /// What reading it gives.
    type Value;
    /// What stands there, for messages: "a feature".
    const WHAT: &'static str;

    fn list<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &Self::WHAT))
    }

    fn object<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &Self::WHAT))
    }

    fn number<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Err(E::invalid_type(Unexpected::Float(number), &Self::WHAT))
    }

    fn null<E: Error>(self) -> Result<Self::Value, E> {
        Err(E::invalid_type(Unexpected::Unit, &Self::WHAT))
    }
}

/// A part as serde reads it.
pub(crate) struct Seed<P>(pub P);

impl<'de, P: Part<'de>> DeserializeSeed<'de> for Seed<P> {
    type Value = P::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<P::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, P: Part<'de>> Visitor<'de> for Seed<P> {
    type Value = P::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(P::WHAT)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<P::Value, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<P::Value, A::Error> {
        self.0.object(object)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<P::Value, E> {
        self.0.number(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<P::Value, E> {
        self.0.number(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<P::Value, E> {
        self.0.number(number as f64)
    }

    fn visit_unit<E: Error>(self) -> Result<P::Value, E> {
        self.0.null()
    }
}

/// The rest of a position whose first number is `x`. Heights and measures are passed over.
pub(crate) fn rest_of_position<'de, A: SeqAccess<'de>>(x: f64, list: &mut A) -> Result<[f64; 2], A::Error> {
    let Some(y) = list.next_element::<f64>()? else {
        return Err(A::Error::custom("a position has a longitude but no latitude"));
    };
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok([x, y])
}
