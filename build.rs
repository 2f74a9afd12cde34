//! Packs the bundled boundaries, so that the program holds a third of their size.

use std::io::Write;
use std::path::Path;

fn main() {
    let file = "assets/boundaries/china.topojson";
    println!("cargo::rerun-if-changed={file}");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names the folder of what a build makes");
    let topojson = std::fs::read(file).expect("the boundaries lie in assets/boundaries");
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&topojson).expect("memory takes what is written to it");
    let packed = packed.finish().expect("memory takes what is written to it");
    std::fs::write(Path::new(&folder).join("china.topojson.zlib"), packed).expect("cargo's folder can be written");
}
