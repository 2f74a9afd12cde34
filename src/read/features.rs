//! The features of a boundary file: rings and properties as they stand in it, whatever the format.

use crate::coverage::outlines::Outlines;
use crate::crs::Written;
use crate::datum::Datum;
use crate::level::Level;
use serde_json::{Map, Value};

/// What to read from a boundary file, and how. The default finds code and name by the names such fields usually have.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    /// Property with the code of an area.
    pub code: Option<String>,
    /// Property with its name.
    pub name: Option<String>,
    /// Property with its English name.
    pub name_en: Option<String>,
    /// Property with the code of its parent.
    pub parent: Option<String>,
    /// Level of the areas.
    pub level: Level,
    /// Which layer of the file holds the areas: a table of a GeoPackage, an object of a TopoJSON file, a file of an archive.
    pub layer: Option<String>,
    /// Coordinate system of the positions, such as `EPSG:4527`, in place of what the file says.
    pub crs: Option<String>,
    /// Encoding of the text of a shapefile, such as `GBK`, in place of what the file says.
    pub encoding: Option<String>,
    /// What longitudes and latitudes refer to; they are moved to WGS84 on reading.
    pub datum: Datum,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            code: None,
            name: None,
            name_en: None,
            parent: None,
            level: Level::Unit,
            layer: None,
            crs: None,
            encoding: None,
            datum: Datum::Wgs84,
        }
    }
}

/// The properties of a feature.
pub type Properties = Map<String, Value>;

/// A file's features, in its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// The rings; one area a feature.
    pub outlines: Outlines,
    /// The properties of each feature; the feature's `id` is among them as `id` unless a property has that name.
    pub properties: Vec<Properties>,
    /// The coordinate system of the positions, as the file says it.
    pub crs: Written,
    /// Whether the format cuts the names of properties to ten bytes.
    pub names_are_cut: bool,
}
