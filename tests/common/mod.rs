//! What several test files need. Each uses a part of it.

#![allow(dead_code, clippy::unwrap_used)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

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

/// Runs the program in a folder.
pub fn caremap(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caremap"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("COLUMNS").args(words);
    command.output().expect("the program starts")
}

/// What it printed.
pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said.
pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A table of four provinces.
pub const TABLE: &str = "代码,地区,床位数\n110000,北京市,13.1\n120000,天津市,7.1\n130000,河北省,47\n140000,山西省,22\n";

/// A folder with two maps of one table; a row of it leads nowhere, of which every map warns.
pub fn two_maps() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let table = TABLE.to_owned() + "990000,无处,1\n";
    fs::create_dir(folder.path().join("m")).expect("written");
    fs::write(folder.path().join("m/beds.csv"), table).expect("written");
    for name in ["beds", "more"] {
        let map = format!(
            "title = \"{name}\"\nlevel = \"province\"\ntable = \"beds.csv\"\nvalue = \"床位数\"\nwithin = [\"110000\", \"120000\", \"130000\", \"140000\"]\nclasses = 3\npage = \"84mm\"\n"
        );
        fs::write(folder.path().join(format!("m/{name}.toml")), map).expect("written");
    }
    folder
}

/// Every file below a folder, with `/`, sorted.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let name = entry.file_name().into_string().expect("one more");
        match entry.path().is_dir() {
            true => files.extend(files_below(&entry.path()).into_iter().map(|below| format!("{name}/{below}"))),
            false => files.push(name),
        }
    }
    files.sort();
    files
}
