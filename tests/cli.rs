//! The program as its users meet it: exit codes, help, completions, schemas, messages.

#![allow(clippy::unwrap_used)]

mod common;

use common::{TABLE, caremap, err, files_below, fits, out, two_maps};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("the program prints JSON")
}

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
    let commands = [
        "new",
        "build",
        "render",
        "check",
        "inspect",
        "classify",
        "nearest",
        "codes",
        "join",
        "audit",
        "boundaries",
        "schema",
        "completions",
        "man",
    ];
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
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    assert_eq!(fs::read_to_string(folder.path().join("图/床位.toml")).unwrap(), map);
    assert_eq!(fs::read_to_string(folder.path().join("图/床位-2.toml")).unwrap(), map);
    fs::write(folder.path().join("床位.csv"), TABLE).unwrap();
    let other = caremap(folder.path(), &["new", "图", "--table", "床位.csv"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(err(&other).contains("nothing is overwritten"));
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
fn warnings_are_one_under_strict_and_said_once_for_all_maps() {
    let folder = two_maps();
    for words in [&["check", "m"][..], &["build", "m", "--out", "g"], &["render", "m/beds.toml", "-o", "b.png"]] {
        let plain = caremap(folder.path(), words);
        assert_eq!(plain.status.code(), Some(0), "{}", err(&plain));
        let strict = caremap(folder.path(), &[words, &["--strict"]].concat());
        assert_eq!(strict.status.code(), Some(1), "{}", err(&strict));
    }
    assert!(folder.path().join("b.png").is_file() && folder.path().join("g/png/more.png").is_file());
    let said = err(&caremap(folder.path(), &["check", "m"]));
    assert_eq!(said.matches("warning[rows-unmatched]").count(), 1, "{said}");
    assert!(said.contains("1 row is unmatched: 990000 无处. (Also in 1 other map.)"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_said_and_leaves_nothing_behind() {
    let folder = two_maps();
    fs::write(folder.path().join("file"), "kept").unwrap();
    for place in ["file", "file/below"] {
        let build = caremap(folder.path(), &["build", "m", "--out", place]);
        assert_eq!(build.status.code(), Some(2));
        assert!(err(&build).contains("This is a file, or lies below one, not a folder."), "{}", err(&build));
    }
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "kept");
    if !Path::new("/dev/full").exists() {
        return;
    }
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full.png")).unwrap();
    let render = caremap(folder.path(), &["render", "m/beds.toml", "-o", "full.png"]);
    assert_eq!(render.status.code(), Some(2));
    assert!(err(&render).contains("error[disk-full]: The disk is full; the file was not written."), "{}", err(&render));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let printed = Command::new(env!("CARGO_BIN_EXE_caremap")).arg("schema").stdout(full).output().unwrap();
    assert_eq!(printed.status.code(), Some(2));
    assert!(err(&printed).contains("Standard output cannot be written"), "{}", err(&printed));
    assert_eq!(files_below(folder.path()), ["file", "full.png", "m/beds.csv", "m/beds.toml", "m/more.toml"]);
}

/// The answers of `tests/oracle/classes.py`, by way of the program: a table in, JSON out.
#[test]
fn classify_prints_the_breaks_of_numpy_and_mapclassify() {
    let oracle: Value = serde_json::from_str(include_str!("oracle/classes.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let classify = |method: &str, classes: &str, closure: &str| {
        let words =
            ["classify", "v.csv", "--column", "v", "--json", "--method", method, "--classes", classes, "--closure", closure];
        let output = caremap(folder.path(), &words);
        assert_eq!(output.status.code(), Some(0), "{method} {classes}: {}", err(&output));
        json(&output.stdout)
    };
    let numbers = |value: &Value| -> Vec<f64> { value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect() };
    for name in ["normal", "gamma"] {
        let values = numbers(&oracle[name]["values"]);
        let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let cells: String = values.iter().map(|value| format!("{value}\n")).collect();
        fs::write(folder.path().join("v.csv"), format!("v\n{cells}")).unwrap();
        for (classes, best) in oracle[name]["fisher"].as_object().unwrap() {
            let breaks = numbers(&classify("fisher", classes, "left")["breaks"]);
            assert_eq!(breaks[1..breaks.len() - 1], numbers(&best["starts"]), "{name} fisher {classes}");
            assert_eq!((breaks[0], breaks[breaks.len() - 1]), (low, high));
        }
        for (classes, methods) in oracle[name]["right"].as_object().unwrap() {
            for (method, bins) in methods.as_object().unwrap() {
                let printed = classify(method.trim_end_matches("_numpy"), classes, "right");
                let breaks = numbers(&printed["breaks"]);
                let theirs: Vec<f64> = numbers(bins).into_iter().filter(|cut| low <= *cut && *cut < high).collect();
                let inner = &breaks[1..breaks.len() - 1];
                let same =
                    inner.len() == theirs.len() && inner.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= 1e-12 * high.abs());
                assert!(same, "{name} {method} {classes}: {inner:?} {theirs:?}");
                let counted: f64 = numbers(&printed["counts"]).iter().sum();
                assert_eq!((counted, printed["closure"].as_str()), (values.len() as f64, Some("right")));
            }
        }
        for method in ["pretty", "geometric", "log"] {
            let output = caremap(folder.path(), &["classify", "v.csv", "--column", "v", "--json", "--method", method]);
            // Logarithms and ratios need positive numbers; then the message says so.
            let fits_values = method == "pretty" || low > 0.0;
            assert_eq!(
                output.status.code() == Some(0) && err(&output).is_empty(),
                fits_values,
                "{name} {method}: {}",
                err(&output)
            );
        }
    }
}

#[test]
fn nearest_breaks_ties_by_id_and_quotes_ids() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "id,lon,lat\n\"p,1\",100,0\nq,100,90\n").unwrap();
    fs::write(folder.path().join("b.csv"), "id,lon,lat\nz,101,0\ny,99,0\nx,100,1\n").unwrap();
    let done = caremap(folder.path(), &["nearest", "--from", "a.csv", "--to", "b.csv", "--k", "3", "-o", "o.csv"]);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let written = fs::read_to_string(folder.path().join("o.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(written.as_bytes());
    let rows: Vec<Vec<String>> = rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let told: Vec<String> = rows.iter().map(|row| row[..3].join(" ")).collect();
    // A degree north is shorter than one along the equator; y and z are as far as each other.
    assert_eq!(told, ["p,1 1 x", "p,1 2 y", "p,1 3 z", "q 1 x", "q 2 y", "q 3 z"]);
    for row in rows {
        let decimals = row[3].split('.').nth(1).unwrap_or("");
        assert!(decimals.len() >= 4 && decimals.bytes().all(|digit| digit.is_ascii_digit()), "{}", row[3]);
    }
}

#[test]
fn inspect_tells_encoding_keys_and_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, _, _) = encoding_rs::GB18030.encode("代码,地区,床位数\n110000,北京市,\"1,234\"\n120000,天津市,—\n");
    fs::write(folder.path().join("t.csv"), &bytes).unwrap();
    let told = json(&caremap(folder.path(), &["inspect", "t.csv", "--json"]).stdout);
    assert!(told["table"].to_string().to_lowercase().contains("gb18030"), "{told:#}");
    assert_eq!(told["table"]["columns"].as_array().map(Vec::len), Some(3), "{told:#}");
    for (name, bytes) in [("empty.csv", &b""[..]), ("zero.csv", b"a\0b"), ("cut.geojson", b"{\"type\":")] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let output = caremap(folder.path(), &["inspect", name]);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{name}");
        assert!(err(&output).contains(name) && err(&output).contains("help: "), "{}", err(&output));
    }
}

#[test]
fn classify_leaves_sums_out_and_takes_a_filter() {
    let folder = tempfile::tempdir().unwrap();
    let text = "地区,年,床位\n合计,2020,100\n河北省,2020,40\n山西省,2020,30\n吉林省,2020,20\n吉林省,2019,10\n";
    fs::write(folder.path().join("t.csv"), text).unwrap();
    let classify = |more: &[&str]| {
        caremap(
            folder.path(),
            &[&["classify", "t.csv", "--column", "床位", "--method", "equal", "--classes", "2", "--json"], more].concat(),
        )
    };
    let all = classify(&[]);
    assert_eq!(json(&all.stdout)["breaks"], serde_json::json!([10.0, 25.0, 40.0]));
    assert!(err(&all).contains("1 row of sums or rests is left out: 合计 (line 2)."), "{}", err(&all));
    let one = classify(&["--where", "年 == 2020"]);
    assert_eq!(json(&one.stdout)["breaks"], serde_json::json!([20.0, 30.0, 40.0]), "{}", err(&one));
    let bad = classify(&["--where", "年份 == 2020"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(err(&bad).contains("年份"), "{}", err(&bad));
    fs::write(folder.path().join("m.csv"), "地区,床位\n河北省,1\n石家庄市,2\n唐山市,3\n").unwrap();
    let mixed = caremap(folder.path(), &["classify", "m.csv", "--column", "床位"]);
    assert!(
        err(&mixed).contains("Rows of several levels are classed together (1 of province, 2 of prefecture)."),
        "{}",
        err(&mixed)
    );
}

#[test]
fn inputs_are_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let points = "id,lon,lat\na,116,40\nb,117,40\n";
    fs::write(folder.path().join("p.csv"), points).unwrap();
    let nearest = caremap(folder.path(), &["nearest", "--from", "p.csv", "--to", "p.csv", "-o", "./p.csv"]);
    assert_eq!(nearest.status.code(), Some(2));
    assert!(err(&nearest).contains("The output is p.csv itself, which is read; it would be lost."), "{}", err(&nearest));
    assert_eq!(fs::read_to_string(folder.path().join("p.csv")).unwrap(), points);
    let many = caremap(folder.path(), &["nearest", "--from", "p.csv", "--to", "p.csv", "--k", "5", "-o", "o.csv"]);
    assert!(err(&many).contains("5 nearest points are asked for, and there are 2"), "{}", err(&many));
    assert_eq!(caremap(folder.path(), &["new", "m"]).status.code(), Some(0));
    for (out, says) in [("m", "among the maps it is drawn from"), (".", "around the folder of the maps, m")] {
        let built = caremap(folder.path(), &["build", "m", "--out", out]);
        assert_eq!(built.status.code(), Some(2));
        assert!(err(&built).contains(says), "{}", err(&built));
    }
    assert!(!folder.path().join("index.html").exists());
}

#[test]
fn a_new_map_knows_its_province_its_rate_and_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let text = "地区,人口,床位\n石家庄市,11235086,71000\n唐山市,7717983,51000\n秦皇岛市,3136879,21000\n唐山,1,1\n石家庄市,2,2\n";
    fs::write(folder.path().join("t.csv"), text.replace(",1,1\n", ",7717983,1\n").replace(",2,2\n", ",11235086,2\n")).unwrap();
    let made = caremap(folder.path(), &["new", "m", "--table", "t.csv"]);
    let said = err(&made);
    assert_eq!(made.status.code(), Some(2), "{said}");
    assert!(
        said.contains("The rows on lines 2 and 6 belong to the same area") && said.contains("The rows on lines 3 and 5 belong"),
        "{said}"
    );
    assert!(out(&made).contains("which does not draw yet: see above. Edit it or m/t.csv"), "{}", out(&made));
    let map = fs::read_to_string(folder.path().join("m/t.toml")).unwrap();
    for line in ["within = \"130000\"", "value = \"床位 / 人口 * 1000\"", "area = \"地区\"", "title = \"每千人口床位\""]
    {
        assert!(map.contains(line), "{line}\n{map}");
    }
    fs::write(folder.path().join("s.csv"), "地市,医院\n石家庄,13\n唐山,11\n").unwrap();
    let short = caremap(folder.path(), &["new", "m", "--table", "s.csv"]);
    assert_eq!(short.status.code(), Some(0), "short names are names: {}", err(&short));
    fs::write(folder.path().join("w.csv"), "地市,医院\n石家庄县,13\n唐山县,11\n").unwrap();
    let wrong = caremap(folder.path(), &["new", "m", "--table", "w.csv"]);
    assert!(err(&wrong).contains("not 石家庄县 (perhaps 130100 石家庄市), 唐山县 (perhaps 130200 唐山市)"), "{}", err(&wrong));
}

#[test]
fn pictures_are_no_boundaries() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.geojson"), b"\x89PNG\r\n\x1a\n0000").unwrap();
    let seen = caremap(folder.path(), &["inspect", "b.geojson"]);
    assert!(err(&seen).contains("This is a PNG picture, not GeoJSON or TopoJSON."), "{}", err(&seen));
}

#[test]
fn codes_tells_successors_and_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let told = caremap(folder.path(), &["codes", "330104", "沙县", "--from", "2020", "--to", "2021", "--json"]);
    assert_eq!(told.status.code(), Some(0), "{}", err(&told));
    let told = json(&told.stdout);
    let schema = caremap::outputs::schema();
    assert!(fits(&told, &schema["codes"], &schema["codes"]));
    assert_eq!(told[0]["result"], serde_json::json!(["330102", "330114"]));
    assert_eq!((&told[0]["changes"][0]["kind"], &told[0]["changes"][0]["year"]), (&"split".into(), &2021.into()));
    assert_eq!((&told[1]["code"], &told[1]["result"]), (&"350427".into(), &serde_json::json!(["350405"])));
    let ambiguous = caremap(folder.path(), &["codes", "朝阳区", "--from", "2020", "--to", "2021"]);
    assert_eq!(ambiguous.status.code(), Some(2));
    assert!(err(&ambiguous).contains("110105 北京市 朝阳区") && err(&ambiguous).contains("220104"), "{}", err(&ambiguous));
}

#[test]
fn join_writes_one_row_an_area_and_accounts_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    // 下城区 became part of 拱墅区 in 2021, 江干区 went to two districts; 100 of 1,000 and 300 of 3,000 are ten per cent.
    let table = "code,people,older\n330103,1000,10\n330105,3000,20\n330104,500,30\n330106,700,40\n";
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let words = ["join", "t.csv", "--to", "county", "--table-year", "2020", "--sum", "people", "--rate", "older:people"];
    let joined = caremap(folder.path(), &[&words[..], &["-o", "o.csv", "--json"]].concat());
    assert_eq!(joined.status.code(), Some(0), "{}", err(&joined));
    let told = json(&joined.stdout);
    let schema = caremap::outputs::schema();
    assert!(fits(&told, &schema["join"], &schema["join"]));
    let outcomes: Vec<&str> = told["rows"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["merged", "matched", "unmatched", "matched"]);
    assert_eq!(told["areas"].as_array().unwrap().len(), 2875);
    let total = &told["totals"]["people"];
    assert_eq!((&total["before"], &total["after"], &total["unmatched"]), (&5200.0.into(), &4700.0.into(), &500.0.into()));
    let written = fs::read_to_string(folder.path().join("o.csv")).unwrap();
    assert_eq!(written.lines().count(), 2876);
    let row = |code: &str| written.lines().find(|line| line.starts_with(code)).unwrap().to_owned();
    // (10 × 1,000 + 20 × 3,000) / 4,000.
    assert!(row("330105").starts_with("330105,拱墅区,浙江省,杭州市,4000,17.5,"), "{}", row("330105"));
    assert_eq!(
        caremap(folder.path(), &["join", "t.csv", "--to", "county", "--sum", "peple", "-o", "p.csv"]).status.code(),
        Some(2)
    );
    assert!(!folder.path().join("p.csv").exists());
}
