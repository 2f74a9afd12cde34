//! What is said of wrong coordinates, and what to do.

use super::{Fault, Found};

impl Found {
    /// What is wrong, as a sentence. The names are those of the columns of longitudes and of latitudes.
    pub fn message(&self, longitude: &str, latitude: &str) -> String {
        let what = match self.fault {
            Fault::Swapped => format!("Longitude and latitude are exchanged: \"{longitude}\" holds latitudes and \"{latitude}\" longitudes."),
            Fault::West => format!("The longitudes in \"{longitude}\" are negative, which means west; China lies east."),
            Fault::South => format!("The latitudes in \"{latitude}\" are negative, which means south; China lies north."),
            Fault::BothSigns => format!("The coordinates in \"{longitude}\" and \"{latitude}\" are negative, which means west and south."),
            Fault::Scaled(power) => format!("The coordinates are degrees times {}.", 10_u64.pow(power)),
            Fault::Mercator => "The coordinates are metres of Web Mercator (EPSG:3857), not degrees.".into(),
            Fault::Gauss(..) | Fault::GaussSwapped(..) => {
                let (width, zone) = self.zone().unwrap_or((3, 0));
                let swapped = if matches!(self.fault, Fault::GaussSwapped(..)) { ", northing first" } else { "" };
                format!("The coordinates are metres of the {width}-degree Gauss-Krüger zone {zone}{swapped}, not degrees.")
            }
            Fault::Metres => "The coordinates are projected metres of a zone that nothing names, not degrees.".into(),
            Fault::TwiceUnprojected => {
                "All points lie within a kilometre of 0, 0: it seems that degrees were taken for metres and turned into degrees again.".into()
            }
            Fault::PackedSeconds => "The decimals of the coordinates are minutes and seconds (39.5430 for 39°54'30\").".into(),
            Fault::PackedMinutes => "The decimals of the coordinates are minutes (39.545 for 39°54.5').".into(),
            Fault::Nmea => "The coordinates hold degrees and minutes in one number (3954.5 for 39°54.5').".into(),
        };
        if self.fault == Fault::Metres {
            return what;
        }
        let right = if self.named { "in the area their row names" } else { "in China" };
        format!("{what} As written {} of {} points lie {right}; put right, {} do.", self.as_written, self.points, self.undone)
    }

    /// What to do. `swap` says how the columns are named the other way round.
    pub fn help(&self, swap: &str) -> String {
        let degrees = |formula: &str| format!("Turn them into degrees, {formula}, in the table or in the program that wrote it.");
        match self.fault {
            Fault::Swapped => swap.to_owned(),
            Fault::West | Fault::South | Fault::BothSigns => "Remove the minus signs in the table.".into(),
            Fault::Scaled(power) => degrees(&format!("dividing by {}", 10_u64.pow(power))),
            Fault::Mercator => "Export the table in degrees (EPSG:4326); in QGIS: export the layer with CRS EPSG:4326.".into(),
            Fault::Gauss(..) | Fault::GaussSwapped(..) => {
                let (width, zone) = self.zone().unwrap_or((3, 25));
                let code = if width == 3 { 4_513 + zone - 25 } else { 4_491 + zone - 13 };
                format!(
                    "Export the table in degrees (EPSG:4326) from its own system: EPSG:{code} if it is CGCS2000; ask whoever made it."
                )
            }
            Fault::Metres => {
                "Ask whoever made it for the system and the zone, and export the table in degrees (EPSG:4326).".into()
            }
            Fault::TwiceUnprojected => {
                "Go back to the file before it was transformed, and say there that it is in EPSG:4326.".into()
            }
            Fault::PackedSeconds => degrees("degrees + minutes / 60 + seconds / 3600"),
            Fault::PackedMinutes | Fault::Nmea => degrees("degrees + minutes / 60"),
        }
    }

    fn zone(&self) -> Option<(u32, u32)> {
        match self.fault {
            Fault::Gauss(width, zone) | Fault::GaussSwapped(width, zone) => Some((width, zone)),
            _ => None,
        }
    }
}

impl Fault {
    /// What is wrong with a row.
    pub fn of_row(self) -> &'static str {
        match self {
            Fault::Swapped => "longitude and latitude are exchanged",
            Fault::West => "its longitude is negative",
            Fault::South => "its latitude is negative",
            _ => "both its coordinates are negative",
        }
    }
}
