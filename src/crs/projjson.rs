//! PROJJSON as WKT: the same model in other brackets (ISO 19162; PROJ's schema `projjson.schema.json`, version 0.7).

use serde_json::Value;

/// The code of the EPSG register that the system itself carries.
pub(super) fn code(system: &Value) -> Option<u32> {
    let id = system.get("id")?;
    let code = id.get("code")?;
    let code = code.as_u64().and_then(|code| u32::try_from(code).ok()).or_else(|| code.as_str()?.parse().ok());
    match (text(id, "authority"), code) {
        ("EPSG", Some(code)) => Some(code),
        ("OGC", _) if text(id, "code") == "CRS84" => Some(4326),
        _ => None,
    }
}

/// The name of the system.
pub(super) fn name(system: &Value) -> &str {
    text(system, "name")
}

/// The system as WKT; none where it is neither geographic nor projected.
pub(super) fn wkt(system: &Value) -> Option<String> {
    match text(system, "type") {
        "ProjectedCRS" => projected(system),
        "GeographicCRS" | "GeodeticCRS" => geographic(system, "GEOGCRS"),
        "CompoundCRS" => wkt(system.get("components")?.get(0)?),
        "BoundCRS" => wkt(system.get("source_crs")?),
        _ => None,
    }
}

fn projected(system: &Value) -> Option<String> {
    let conversion = system.get("conversion")?;
    let parameters = conversion.get("parameters").and_then(Value::as_array).into_iter().flatten().map(|parameter| {
        let unit = unit(parameter.get("unit").unwrap_or(&Value::Null));
        Some(format!(",PARAMETER[{},{}{unit}]", quoted(name(parameter)), number(parameter, "value")?))
    });
    let parameters: String = parameters.collect::<Option<String>>()?;
    let axis = system.pointer("/coordinate_system/axis/0/unit").unwrap_or(&Value::Null);
    Some(format!(
        "PROJCRS[{},{},CONVERSION[{},METHOD[{}]{parameters}],CS[Cartesian,2]{}]",
        quoted(name(system)),
        geographic(system.get("base_crs")?, "BASEGEOGCRS")?,
        quoted(name(conversion)),
        quoted(text(conversion.get("method")?, "name")),
        unit(axis),
    ))
}

fn geographic(system: &Value, keyword: &str) -> Option<String> {
    let datum = system.get("datum").or_else(|| system.get("datum_ensemble"))?;
    let ellipsoid = datum.get("ellipsoid")?;
    let meridian = match datum.get("prime_meridian") {
        Some(meridian) => format!(",PRIMEM[{},{}]", quoted(name(meridian)), number(meridian, "longitude")?),
        None => String::new(),
    };
    let flattening = match number(ellipsoid, "inverse_flattening") {
        Some(flattening) => flattening,
        None => {
            let (a, b) = (number(ellipsoid, "semi_major_axis")?, number(ellipsoid, "semi_minor_axis")?);
            if a == b { 0.0 } else { a / (a - b) }
        }
    };
    Some(format!(
        "{keyword}[{},DATUM[{},ELLIPSOID[{},{},{flattening}]]{meridian}{}]",
        quoted(name(system)),
        quoted(name(datum)),
        quoted(name(ellipsoid)),
        number(ellipsoid, "semi_major_axis").or_else(|| number(ellipsoid, "radius"))?,
        unit(system.pointer("/coordinate_system/axis/0/unit").unwrap_or(&Value::Null)),
    ))
}

/// A number, alone or with its unit beside it.
fn number(of: &Value, key: &str) -> Option<f64> {
    let found = of.get(key)?;
    found.as_f64().or_else(|| found.get("value")?.as_f64())
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Units that PROJJSON names by a word, and those it describes.
fn unit(unit: &Value) -> String {
    match (unit.as_str(), text(unit, "type"), number(unit, "conversion_factor")) {
        (Some("degree"), ..) => ",ANGLEUNIT[\"degree\",0.0174532925199433]".into(),
        (Some("metre"), ..) => ",LENGTHUNIT[\"metre\",1]".into(),
        (Some("unity"), ..) => ",SCALEUNIT[\"unity\",1]".into(),
        (_, "LinearUnit", Some(factor)) => format!(",LENGTHUNIT[{},{factor}]", quoted(name(unit))),
        (_, "AngularUnit", Some(factor)) => format!(",ANGLEUNIT[{},{factor}]", quoted(name(unit))),
        _ => String::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', ""))
}
