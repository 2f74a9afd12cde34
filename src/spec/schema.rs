//! The JSON schema of map files, for editors.

use super::keys::{ATLAS, Kind, LANGUAGES, MAP, Shape};
use serde_json::{Map, Value, json};

/// The JSON schema of a map file.
///
/// ```
/// let schema = caremap::spec::map_schema();
/// assert_eq!(schema["properties"]["classes"]["default"], 5);
/// ```
pub fn map_schema() -> Value {
    whole_schema(&MAP, "caremap: a map file")
}

/// The JSON schema of `atlas.toml`.
pub fn atlas_schema() -> Value {
    whole_schema(&ATLAS, "caremap: atlas.toml, what all maps of a folder share")
}

fn whole_schema(shape: &'static Shape, title: &str) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!(title));
    if let Value::Object(body) = table_schema(shape) {
        schema.extend(body);
    }
    Value::Object(schema)
}

fn table_schema(shape: &'static Shape) -> Value {
    let mut properties = Map::new();
    for key in shape.keys {
        let mut property = kind_schema(&key.kind);
        if let Value::Object(property) = &mut property {
            property.insert("description".into(), json!(key.about));
            if let Ok(default) = serde_json::from_str::<Value>(key.default) {
                property.insert("default".into(), default);
            }
        }
        properties.insert(key.name.into(), property);
    }
    // A map may leave its level to atlas.toml, so no schema of one file alone can require it.
    let required: Vec<_> = shape.keys.iter().filter(|key| key.required && key.name != "level").map(|key| key.name).collect();
    json!({ "type": "object", "description": shape.about, "additionalProperties": false, "required": required, "properties": properties })
}

fn kind_schema(kind: &'static Kind) -> Value {
    match kind {
        Kind::Palette => json!({ "enum": crate::colour::palettes().iter().map(|palette| palette.name).collect::<Vec<_>>() }),
        Kind::Text | Kind::Formula => json!({ "type": "string", "minLength": 1 }),
        Kind::Words => json!({ "anyOf": [{ "type": "string", "minLength": 1 }, words_schema()] }),
        Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Number(_, high) if *high >= 1e300 => json!({ "type": "number" }),
        Kind::Number(low, high) => json!({ "type": "number", "minimum": low, "maximum": high }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Colour => json!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" }),
        Kind::Code => json!({ "type": "string", "pattern": "^[0-9]{6}$" }),
        Kind::Year | Kind::Sheet => json!({ "type": ["integer", "string"] }),
        Kind::List(one) => json!({ "anyOf": [kind_schema(one), { "type": "array", "minItems": 1, "items": kind_schema(one) }] }),
        Kind::Table(shape) => table_schema(shape),
        Kind::Tables(shape) => json!({ "type": "array", "items": table_schema(shape) }),
        Kind::Short(shape, short) => match shape.key(short) {
            Some(key) => json!({ "anyOf": [kind_schema(&key.kind), table_schema(shape)] }),
            None => table_schema(shape),
        },
        Kind::Named(one) => json!({ "type": "object", "additionalProperties": kind_schema(one) }),
    }
}

fn words_schema() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let properties: Map<String, Value> =
        LANGUAGES.iter().filter(|word| **word != "both").map(|word| ((*word).to_owned(), text.clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties })
}
