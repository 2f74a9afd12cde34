use super::*;
use proptest::prelude::*;

fn named(kind: &str, a: f64, b: f64, meridian: f64) -> Projection {
    match kind {
        "albers" => Projection::albers(a, b, meridian, 0.0),
        "azimuthal" => Projection::azimuthal(a, meridian),
        _ => Projection::cylindrical(a, meridian),
    }
}

#[test]
fn agrees_with_proj() {
    let mut rows = 0;
    for line in include_str!("../../tests/oracle/projections.csv").lines().skip(1) {
        let (kind, numbers) = line.split_once(',').unwrap();
        let n: Vec<f64> = numbers.split(',').map(|t| t.parse().unwrap()).collect();
        let projection = named(kind, n[0], n[1], n[2]);
        let [x, y] = projection.forward([n[3], n[4]]);
        assert!((x - n[5]).abs() < 1e-6 && (y - n[6]).abs() < 1e-6, "{line}: {x} {y}");
        let back = projection.inverse([n[5], n[6]]).unwrap();
        assert!(wrap(back[0] - n[3]).abs() < 1e-10 && (back[1] - n[4]).abs() < 1e-10, "{line}: {back:?}");
        rows += 1;
    }
    assert_eq!(rows, 320);
}

#[test]
fn point_scale_of_china_is_as_measured_elsewhere() {
    // cartography.md P3, spherical: 0.982 at 36°N, 1.026 at 18°N, 1.038 at 53.5°N, 1.11 at 4°N.
    for (latitude, scale) in [(36.0, 0.982), (18.0, 1.026), (53.5, 1.038), (4.0, 1.11), (25.0, 1.0), (47.0, 1.0)] {
        let (north, east) = Projection::china().point_scale([110.0, latitude]);
        assert!((east - scale).abs() < 0.005, "{latitude}: {east}");
        assert!((north * east - 1.0).abs() < 1e-6, "equal-area at {latitude}");
    }
}

#[test]
fn a_frame_gets_the_projection_that_suits_it() {
    let name = |west, south, east, north| Projection::fitted(Extent { west, south, east, north }).name().en;
    assert_eq!(
        name(96.0, 26.0, 108.0, 35.0),
        "Albers equal-area conic (central meridian 102°E, standard parallels 27.5°N and 33.5°N)"
    );
    assert_eq!(
        name(170.0, -48.0, 190.0, -34.0),
        "Albers equal-area conic (central meridian 180°E, standard parallels 45.7°S and 36.3°S)"
    );
    assert!(name(95.0, -11.0, 141.0, 6.0).starts_with("Equal-area cylindrical (central meridian 118°E"));
    assert!(name(-180.0, 60.0, -10.0, 84.0).starts_with("Lambert azimuthal"));
    assert!(name(-180.0, -90.0, 180.0, 90.0).starts_with("Equal-area cylindrical (central meridian 0°"));
}

proptest! {
    #[test]
    fn equal_area_and_back_everywhere(west in -180.0..180.0f64, south in -70.0..60.0f64, width in 1.0..80.0f64, height in 1.0..25.0f64,
                                      u in 0.05..0.95f64, v in 0.05..0.95f64) {
        let projection = Projection::fitted(Extent { west, south, east: west + width, north: south + height });
        let there = [wrap(west + u * width), south + v * height];
        let back = projection.inverse(projection.forward(there)).unwrap();
        prop_assert!(wrap(back[0] - there[0]).abs() < 1e-9 && (back[1] - there[1]).abs() < 1e-9);
        if !matches!(projection.kind, Kind::Azimuthal { .. }) {
            let (north, east) = projection.point_scale(there);
            prop_assert!((north * east - 1.0).abs() < 1e-5);
        }
    }
}
