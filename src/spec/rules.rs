//! Settings that contradict each other.

use super::check::number;
use super::resolve::Desk;
use super::tables::both;
use super::view::View;
use super::{Level, Written};

/// Reports every contradiction of a map.
pub(super) fn check(map: &View<'_>, desk: &mut Desk<'_>) {
    content(map, desk);
    pairs(map, desk);
    classes(map, desk);
    colours(map, desk);
    series(map, desk);
    keys(map, desk);
}

/// A map must show something, from somewhere.
fn content(map: &View<'_>, desk: &mut Desk<'_>) {
    let shows = ["value", "panels", "points", "symbols"].iter().any(|name| map.get(name).is_some());
    if !shows {
        desk.error_of_file(
            "missing-key",
            "The map shows nothing.",
            "Add value = \"COLUMN\", a formula over the columns of the table.",
        );
    }
    let formula = map.get("value").or_else(|| map.get("symbols"));
    let tables = ["table", "tables", "use"].iter().any(|name| map.get(name).is_some());
    if let (Some(found), false) = (formula, tables) {
        desk.error("missing-key", found, "A formula needs a table, and the map names none.", "Add table = \"FILE.csv\".");
    }
}

/// Keys of which only one may stand.
fn pairs(map: &View<'_>, desk: &mut Desk<'_>) {
    let own = map.own();
    let rules = [
        ("tables", "table", "Give table = \"…\" its own [[tables]] with file = \"…\"."),
        ("colours", "palette", "Keep one of them."),
    ];
    for (one, other, help) in rules {
        if let Some(found) = both(&own, other, one) {
            desk.error("contradiction", found, format!("Both {other} and {one} are given."), help);
        }
    }
    for name in ["code", "area", "sum", "base", "table_year", "split", "zones", "skip", "patch", "fixes"] {
        if let (Some(found), None) = (own.get(name), own.get("table")) {
            let message = format!("{name} here belongs to table = \"…\", which is not given.");
            desk.error("contradiction", found, message, format!("Move {name} into the [[tables]] it belongs to."));
        }
    }
    for (name, key) in [("title", "title_en"), ("subtitle", "subtitle_en"), ("unit", "unit_en")] {
        let twice = own.words(name).is_some_and(|words| !words.en.is_empty());
        if let (true, Some(found)) = (twice, own.get(key)) {
            desk.error("contradiction", found, format!("The English of {name} is given twice."), format!("Remove {key}."));
        }
        // A map without a title has been told so.
        if let (true, None, Some(found)) = (name != "title", map.get(name), own.get(key)) {
            let help = format!("Add {name} = \"…\" in Chinese, or write the English alone as {name} = \"…\".");
            desk.error("missing-key", found, format!("{key} is given, but {name} is not."), help);
        }
    }
}

/// Method, breaks and number of classes.
fn classes(map: &View<'_>, desk: &mut Desk<'_>) {
    let own = map.own();
    let method = map.text("method");
    match (own.get("breaks"), method.as_deref(), own.get("method")) {
        (None, Some("manual"), Some(found)) => {
            desk.error("contradiction", found, "method = \"manual\" needs breaks.", "Add breaks = [0, 1, 2, 5].");
        }
        (Some(_), Some(other), Some(found)) if other != "manual" => {
            desk.error(
                "contradiction",
                found,
                format!("Breaks are given, so they cannot be found by {other:?}."),
                "Remove breaks or method.",
            );
        }
        _ => {}
    }
    if let (Some(found), Some(_)) = (own.get("classes"), own.get("breaks")) {
        desk.error(
            "contradiction",
            found,
            "Breaks are given, so their number decides how many classes there are.",
            "Remove classes.",
        );
    }
    if let Some(found) = own.get("breaks") {
        let breaks: Vec<f64> = own.list("breaks").iter().filter_map(|found| number(found.node)).collect();
        if breaks.len() < 2 {
            desk.error("out-of-range", found, "One break makes no class.", "Give at least two.");
        } else if breaks.windows(2).any(|pair| pair[0] >= pair[1]) {
            desk.error("out-of-range", found, "The breaks do not ascend.", "Order them from smallest to largest, each once.");
        }
    }
}

/// Own colours must be as many as classes, where that number is the author's.
fn colours(map: &View<'_>, desk: &mut Desk<'_>) {
    let Some(found) = map.get("colours") else { return };
    let count = map.list("colours").len();
    let breaks = map.list("breaks").len();
    let method = map.text("method").unwrap_or_else(|| "quantile".into());
    let fixed = map.get("pivot").is_none()
        && matches!(method.as_str(), "quantile" | "equal" | "fisher" | "maximum" | "geometric" | "manual");
    let wanted = if breaks > 1 { breaks - 1 } else { map.count("classes").unwrap_or(5) };
    if fixed && count != wanted {
        desk.error(
            "contradiction",
            found,
            format!("There are {count} colours for {wanted} classes."),
            "Give one colour a class.",
        );
    }
    if let Some(found) = map.own().get("reverse") {
        desk.error(
            "contradiction",
            found,
            "reverse turns a palette round, and the colours are your own.",
            "Turn the list round.",
        );
    }
}

/// A series goes through areas that hold those of the map.
fn series(map: &View<'_>, desk: &mut Desk<'_>) {
    let (Some(level), Some(series), Some(found)) =
        (map.choice::<Level>("level"), map.choice::<Level>("series"), map.get("series"))
    else {
        return;
    };
    if series >= level || level == Level::Unit {
        let message = format!("A map by {level} cannot be a series by {series}.");
        desk.error(
            "contradiction",
            found,
            message,
            "A series needs a level above that of the map, such as series = \"province\" for counties.",
        );
    }
}

/// A parent's name helps only beside the area's own.
fn keys(map: &View<'_>, desk: &mut Desk<'_>) {
    let own = map.own();
    for view in own.tables("tables").iter().chain([&own]) {
        if let (Some(found), None) = (view.get("parent"), view.get("area")) {
            desk.error("contradiction", found, "parent stands without area.", "Add area = \"COLUMN\", the column of names.");
        }
        if let Some(found) = both(view, "area", "code") {
            let help = "Keep code where the table has codes, area where it has names only.";
            desk.error("contradiction", found, "Both code and area are given.", help);
        }
    }
    let twice =
        |codes: &[Written]| codes.iter().enumerate().any(|(i, code)| codes[..i].iter().any(|other| other.text == code.text));
    if let (true, Some(found)) = (twice(&own.list_written("within")), own.get("within")) {
        desk.error("repeated-name", found, "A code of within is given twice.", "Remove one.");
    }
}
