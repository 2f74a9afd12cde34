//! What several test files need.

use serde_json::Value;

/// Whether a value is as a schema says: types, required and unknown properties, words, references, choices.
pub fn fits(value: &Value, schema: &Value, root: &Value) -> bool {
    if let Some(path) = schema["$ref"].as_str() {
        return fits(value, root.pointer(path.trim_start_matches('#')).expect("the reference leads somewhere"), root);
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        return choices.iter().any(|choice| fits(value, choice, root));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.contains(value);
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    };
    let right_type = types.is_empty() || types.iter().any(|name| is(name));
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let complete = value.as_object().is_none_or(|object| required.clone().all(|name| object.contains_key(name)));
    let known = value.as_object().into_iter().flatten().all(|(name, inner)| match &schema["properties"][name] {
        Value::Null => match &schema["additionalProperties"] {
            Value::Bool(false) => false,
            Value::Object(_) => fits(inner, &schema["additionalProperties"], root),
            _ => true,
        },
        property => fits(inner, property, root),
    });
    let items =
        value.as_array().into_iter().flatten().all(|item| schema["items"].is_null() || fits(item, &schema["items"], root));
    right_type && complete && known && items
}
