//! Boundaries: the bundled set, building, dissolving, simplifying, datums and hostile files.

use caremap::coverage;
use caremap::level::Level;
use std::collections::BTreeSet;

#[test]
fn the_bundled_set_is_whole() {
    let china = coverage::bundled();
    let count = |level| china.areas(level).len();
    assert_eq!([count(Level::Province), count(Level::Prefecture), count(Level::County)], [34, 370, 2875]);
    assert_eq!(china.lines.iter().filter(|line| line.kind == "maritime").count(), 10);
    for (level, coarser) in [(Level::Prefecture, Level::Province), (Level::County, Level::Prefecture)] {
        let parents: BTreeSet<&str> = china.areas(coarser).iter().map(|area| area.code.as_str()).collect();
        let codes: BTreeSet<&str> = china.areas(level).iter().map(|area| area.code.as_str()).collect();
        assert_eq!(codes.len(), china.areas(level).len(), "every code once");
        for area in china.areas(level) {
            assert!(area.parent.as_ref().is_some_and(|parent| parents.contains(parent.as_str())), "{}", area.code);
            assert!(!area.polygons.is_empty(), "{}", area.code);
        }
    }
}
