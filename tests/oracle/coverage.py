"""Exact shares of pixels by areas and by a round-ended line, from shapely (GEOS), for tests/draw.rs.

Usage: python tests/oracle/coverage.py > tests/oracle/coverage.json
Made with shapely 2; one pixel is one unit; y runs down.
"""

import json
import sys

from shapely.geometry import LineString, Polygon, box

WIDTH, HEIGHT = 20, 14

# Rings as lists of places; an area is a list of polygons, a polygon a list of rings (the first is the outer one).
AREAS = {
    "slanted": [[[(1.3, 1.2), (8.75, 0.4), (9.6, 6.1), (4.2, 9.9), (0.8, 5.5)]]],
    "neighbour with a hole": [
        [
            [(8.75, 0.4), (18.9, 1.7), (19.4, 11.2), (12.3, 13.3), (9.6, 6.1)],
            [(12.1, 4.2), (16.6, 3.1), (15.9, 8.8), (13.3, 7.7)],
        ]
    ],
    "island in the hole, with a spike": [[[(13.2, 5.0), (15.5, 4.1), (15.2, 6.4), (14.1, 5.6), (13.9, 6.9)]]],
    "sliver": [[[(0.2, 13.9), (11.8, 10.1), (11.9, 10.15), (0.3, 13.95)]]],
    "beyond every side": [[[(-30.0, 11.5), (3.0, 8.0), (60.0, 40.0), (-10.0, 90.0)]]],
    "smaller than a pixel": [[[(2.2, 11.3), (2.7, 11.4), (2.4, 11.9)]]],
}

LINES = [
    {"width": 3.0, "points": [(2.0, 3.0), (9.0, 4.5), (11.0, 11.0), (17.0, 2.0), (17.5, 9.5)]},
    {"width": 1.0, "points": [(2.0, 3.0), (9.0, 4.5), (11.0, 11.0), (17.0, 2.0), (17.5, 9.5)]},
    {"width": 6.0, "points": [(4.0, 7.0), (15.0, 7.0)]},
]


def shares(shape):
    return [round(shape.intersection(box(x, y, x + 1, y + 1)).area, 9) for y in range(HEIGHT) for x in range(WIDTH)]


def area_shape(polygons):
    out = None
    for rings in polygons:
        polygon = Polygon(rings[0], rings[1:])
        assert polygon.is_valid
        out = polygon if out is None else out.union(polygon)
    return out


json.dump(
    {
        "width": WIDTH,
        "height": HEIGHT,
        "areas": [{"name": n, "polygons": p, "shares": shares(area_shape(p))} for n, p in AREAS.items()],
        "lines": [
            {**line, "shares": shares(LineString(line["points"]).buffer(line["width"] / 2, quad_segs=64))} for line in LINES
        ],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
