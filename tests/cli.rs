//! The program as its users meet it: exit codes, help, completions, schemas, messages.

mod common;

use common::fits;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn caremap(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caremap"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("COLUMNS").args(words);
    command.output().expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("the program prints JSON")
}

const TABLE: &str = "代码,地区,床位数\n110000,北京市,13.1\n120000,天津市,7.1\n130000,河北省,47\n140000,山西省,22\n";

#[test]
fn exit_codes_are_those_of_the_help() {
    let folder = tempfile::tempdir().unwrap();
    let code = |words: &[&str]| caremap(folder.path(), words).status.code();
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["new", "m"]), Some(0));
    assert_eq!(code(&["check", "m"]), Some(0));
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["nonsense"]), Some(2));
    assert_eq!(code(&["check", "none"]), Some(2));
    assert_eq!(code(&["build", "none"]), Some(2));
    assert_eq!(code(&["inspect", "none.csv"]), Some(2));
    assert_eq!(code(&["render", "none.toml", "-o", "a.png"]), Some(2));
    assert_eq!(code(&["render", "m/physicians.toml", "-o", "a.pdf"]), Some(2));
    fs::write(folder.path().join("m/bad.toml"), "title = 1\n").unwrap();
    assert_eq!(code(&["check", "m"]), Some(2));
}

#[test]
fn help_names_every_command_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let help = out(&caremap(folder.path(), &["--help"]));
    let commands =
        ["new", "build", "render", "check", "inspect", "classify", "nearest", "boundaries", "schema", "completions", "man"];
    for command in commands {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        assert_eq!(caremap(folder.path(), &[command, "--help"]).status.code(), Some(0), "{command}");
    }
    assert!(help.contains("绘制中国医疗资源地图") && help.contains("Exit codes"));
}

#[test]
fn completions_and_the_manual_are_made() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = caremap(folder.path(), &["completions", shell]);
        assert!(script.status.success() && out(&script).contains("nearest"), "{shell}");
    }
    let page = out(&caremap(folder.path(), &["man"]));
    assert!(page.contains(".TH caremap 1") && page.contains("CAREMAP CLASSIFY") && page.contains("\\-\\-strict"));
}

#[test]
fn committed_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema");
    for (name, words) in [("map", vec!["schema"]), ("atlas", vec!["schema", "--atlas"]), ("outputs", vec!["schema", "--outputs"])]
    {
        let (path, printed) = (folder.join(format!("{name}.schema.json")), caremap(&folder, &words).stdout);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &printed).unwrap();
        }
        assert!(fs::read(&path).unwrap() == printed, "{name}: BLESS=1 writes it anew");
    }
}

#[test]
fn a_new_folder_fits_a_table_in_gb18030_and_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, _, _) = encoding_rs::GB18030.encode(TABLE);
    fs::write(folder.path().join("床位.csv"), &bytes).unwrap();
    let made = caremap(folder.path(), &["new", "图", "--table", "床位.csv"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let map = fs::read_to_string(folder.path().join("图/床位.toml")).unwrap();
    for line in ["level = \"province\"", "code = \"代码\"", "value = \"床位数\"", "table = \"床位.csv\""] {
        assert!(map.contains(line), "{line}\n{map}");
    }
    assert_eq!(fs::read(folder.path().join("图/床位.csv")).unwrap(), bytes.as_ref());
    assert_eq!(caremap(folder.path(), &["check", "图"]).status.code(), Some(0));
    let again = caremap(folder.path(), &["new", "图", "--table", "床位.csv"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("nothing is overwritten"));
}

#[test]
fn a_table_without_a_key_is_said_with_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "a,b\nx,1\ny,2\nz,3\n").unwrap();
    let made = caremap(folder.path(), &["new", "m", "--table", "t.csv"]);
    assert_eq!(made.status.code(), Some(2));
    assert!(err(&made).contains("no-key-column") && err(&made).contains("a, b"), "{}", err(&made));
    assert!(!folder.path().join("m").exists());
}

#[test]
fn classify_prints_breaks_closure_counts_and_fit() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "v\n1\n2\n3\n4\n5\n6\n#DIV/0!\n—\n").unwrap();
    let classify = |more: &[&str]| caremap(folder.path(), &[&["classify", "t.csv", "--column", "v"], more].concat());
    let equal = classify(&["--method", "equal", "--classes", "5", "--json"]);
    assert_eq!(equal.status.code(), Some(0), "{}", err(&equal));
    let printed = json(&equal.stdout);
    assert_eq!(printed["breaks"], serde_json::json!([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(printed["closure"], "left");
    assert_eq!(printed["counts"], serde_json::json!([1, 1, 1, 1, 2]));
    let schema = &caremap::outputs::schema()["classify"];
    assert!(fits(&printed, schema, schema));
    assert!(out(&classify(&["--classes", "2", "--closure", "right"])).starts_with("[1, "));
    assert_eq!(classify(&["--method", "manual"]).status.code(), Some(2));
    assert_eq!(classify(&["--method", "manual", "--breaks", "0,3,9", "--json"]).status.code(), Some(0));
    assert_eq!(caremap(folder.path(), &["classify", "t.csv", "--column", "w"]).status.code(), Some(2));
}

#[test]
fn nearest_writes_ids_ranks_and_metres() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "id,lon,lat\np,100,0\n").unwrap();
    fs::write(folder.path().join("b.csv"), "id,lon,lat\nfar,110,0\nnear,101,0\n").unwrap();
    let words = ["nearest", "--from", "a.csv", "--to", "b.csv", "--k", "2", "-o", "o.csv"];
    let done = caremap(folder.path(), &words);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let written = fs::read_to_string(folder.path().join("o.csv")).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "from_id,rank,to_id,distance_m");
    // One degree of the equator of WGS84: a * pi / 180.
    assert!(lines[1].starts_with("p,1,near,111319.49"), "{written}");
    assert!(lines[2].starts_with("p,2,far,1113194.9"), "{written}");
}

#[test]
fn inspect_tells_tables_points_and_boundaries() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), TABLE).unwrap();
    fs::write(folder.path().join("p.csv"), "id,lon,lat\na,116,40\nb,0,0\n").unwrap();
    let square = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}"#;
    let areas = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"A","name":"甲"}},"geometry":{square}}}]}}"#
    );
    fs::write(folder.path().join("b.geojson"), areas).unwrap();
    fs::write(folder.path().join("broken.geojson"), "{\"type\":\"FeatureCollection\",\"features\":[").unwrap();
    let schema = &caremap::outputs::schema()["inspect"];
    let look = |file: &str| json(&caremap(folder.path(), &["inspect", file, "--json"]).stdout);
    for file in ["t.csv", "p.csv", "b.geojson"] {
        assert!(fits(&look(file), schema, schema), "{file}: {:#}", look(file));
        assert!(caremap(folder.path(), &["inspect", file]).status.success());
    }
    assert_eq!(look("t.csv")["table"]["rows"], 4);
    assert_eq!(look("p.csv")["points"]["points"], 1);
    assert_eq!(look("b.geojson")["boundaries"]["areas"]["unit"], 1);
    let broken = caremap(folder.path(), &["inspect", "broken.geojson"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("broken.geojson"), "{}", err(&broken));
}

#[test]
fn problems_are_json_where_asked_and_fit_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.toml"), "title = 1\nfoo = 2\n").unwrap();
    let problems = json(&caremap(folder.path(), &["--problems", "json", "check", "m.toml"]).stderr);
    let schema = &caremap::outputs::schema()["problems"];
    assert!(fits(&problems, schema, schema), "{problems:#}");
    assert!(problems["errors"].as_u64() >= Some(2));
}

#[test]
fn the_schema_accepts_good_maps_and_refuses_unknown_keys() {
    let schema = caremap::spec::map_schema();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let read = |name: &str| -> Value { toml::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap() };
    assert!(fits(&read("short.toml"), &schema, &schema));
    assert!(fits(&read("full.toml"), &schema, &schema));
    assert!(!fits(&read("unknown_keys.toml"), &schema, &schema));
    assert!(!fits(&read("wrong_types.toml"), &schema, &schema));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_caremap"))
        .arg("schema")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[test]
fn outputs_that_cannot_be_written_are_said_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    caremap(folder.path(), &["new", "m"]);
    fs::write(folder.path().join("file"), "").unwrap();
    let build = caremap(folder.path(), &["build", "m", "--out", "file"]);
    assert_eq!(build.status.code(), Some(2));
    assert!(err(&build).contains("not-writable"), "{}", err(&build));
    let only = caremap(folder.path(), &["build", "m", "--only", "physician"]);
    assert!(err(&only).contains("Did you mean physicians?"), "{}", err(&only));
}
