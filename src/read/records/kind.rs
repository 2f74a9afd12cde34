//! Whether JSON is a table or geography, told without reading more of it than has to be.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// Types of GeoJSON and TopoJSON objects.
const GEOGRAPHIC: &[&str] = &[
    "FeatureCollection",
    "Feature",
    "Topology",
    "GeometryCollection",
    "Polygon",
    "MultiPolygon",
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
];
/// What JSON is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// GeoJSON or TopoJSON.
    Geographic,
    /// A list of objects, or an object with one in it.
    Records,
    /// An object on its own, which may be the first of one a line.
    Object,
    /// Anything else, or no JSON at all.
    Other,
}

/// Whether a file is JSON rather than delimited text: it begins as JSON does, and is JSON or says so by its ending.
pub(in crate::read) fn is_json(bytes: &[u8], file: &str) -> bool {
    begins_as_json(bytes) && (file.to_lowercase().ends_with("json") || kind(bytes) != Kind::Other)
}

/// Whether a file is records and no geography.
pub(in crate::read) fn are_records(bytes: &[u8]) -> bool {
    begins_as_json(bytes) && matches!(kind(bytes), Kind::Records | Kind::Object)
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

fn begins_as_json(bytes: &[u8]) -> bool {
    matches!(without_mark(bytes).first(), Some(b'{' | b'['))
}

/// Looks no further than it has to.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    let found = Cell::new(Kind::Other);
    let mut reader = serde_json::Deserializer::from_slice(without_mark(bytes));
    // Once it is known what the text is, looking is broken off with an error.
    let _ = Look { found: &found, within: false }.deserialize(&mut reader);
    found.get()
}

struct Look<'c> {
    found: &'c Cell<Kind>,
    /// Whether the value stands in an array.
    within: bool,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A value of which only its being text, an array of objects, or something else is of interest.
enum Glance {
    Text(String),
    Records,
    Else,
}

struct Glancing;

impl<'de> DeserializeSeed<'de> for Glancing {
    type Value = Glance;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Glance, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! plain_values {
    ($value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

impl<'de> Visitor<'de> for Glancing {
    type Value = Glance;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    plain_values!(Glance::Else);

    fn visit_str<E>(self, text: &str) -> Result<Glance, E> {
        Ok(Glance::Text(text.chars().take(40).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Glance, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Glance::Else)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Glance, A::Error> {
        let found = Cell::new(Kind::Other);
        let first = seq.next_element_seed(Look { found: &found, within: true })?;
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(if first.is_some() && found.get() == Kind::Object { Glance::Records } else { Glance::Else })
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    plain_values!(());

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.found.set(Kind::Object);
        while let Some(key) = map.next_key::<String>()? {
            match map.next_value_seed(Glancing)? {
                Glance::Text(text) if key == "type" && GEOGRAPHIC.contains(&text.as_str()) => self.found.set(Kind::Geographic),
                Glance::Records if self.found.get() == Kind::Object && !self.within => self.found.set(Kind::Records),
                _ => {}
            }
            if self.found.get() == Kind::Geographic && !self.within {
                return Err(serde::de::Error::custom("known"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let first = seq.next_element_seed(Look { found: self.found, within: true })?;
        let is_object = first.is_some() && self.found.get() == Kind::Object && !self.within;
        self.found.set(match self.found.get() {
            Kind::Geographic => Kind::Geographic,
            _ if is_object => Kind::Records,
            _ => Kind::Other,
        });
        if self.within {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        Err(serde::de::Error::custom("known"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geography_and_records_are_told_apart() {
        for (text, found) in [
            (r#"{"type": "FeatureCollection", "features": [{"type": "Feature"}]}"#, Kind::Geographic),
            (r#"{"features": [{"type": "Feature"}], "type": "FeatureCollection"}"#, Kind::Geographic),
            (r#"{"type":"Topology","objects":{}}"#, Kind::Geographic),
            ("{\"type\": \"Feature\"}\n{\"type\": \"Feature\"}", Kind::Geographic),
            (r#"[{"type": "综合医院", "beds": 1}]"#, Kind::Records),
            (r#"{"count": 2, "data": [{"code": "110101"}]}"#, Kind::Records),
            ("{\"code\": 1}\n{\"code\": 2}", Kind::Object),
            ("[1, 2]", Kind::Other),
            ("[code],beds\n1,2\n", Kind::Other),
            ("{", Kind::Object),
        ] {
            assert_eq!(kind(text.as_bytes()), found, "{text}");
        }
    }
}
