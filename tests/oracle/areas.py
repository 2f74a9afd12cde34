"""Writes areas.csv: areas of the bundled provinces and of every 40th county, by pyproj 3.7 (PROJ's
geographiclib), in square kilometres.

Its edges are geodesics; ours are straight in longitude and latitude (RFC 7946), so edges are cut into pieces of 0.001 degrees.
    python areas.py ../../assets/boundaries/china.topojson > areas.csv"""
import json, math, sys
from pyproj import Geod

topology = json.load(open(sys.argv[1]))
(sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
arcs = []
for arc in topology["arcs"]:
    x = y = 0
    line = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        line.append((x * sx + tx, y * sy + ty))
    arcs.append(line)

def ring(numbers):
    positions = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        positions += line[1 if positions else 0:]
    fine = positions[:1]
    for (x1, y1), (x2, y2) in zip(positions, positions[1:]):
        parts = max(1, math.ceil(max(abs(x2 - x1), abs(y2 - y1)) / 0.001))
        fine += [(x1 + (x2 - x1) * k / parts, y1 + (y2 - y1) * k / parts) for k in range(1, parts + 1)]
    return fine

geod = Geod(ellps="WGS84")
print("level,code,km2")
for level, step in (("province", 1), ("county", 40)):
    for area in topology["objects"][level]["geometries"][::step]:
        km2 = sum(geod.polygon_area_perimeter(*zip(*ring(numbers)))[0] for polygon in area["arcs"] for numbers in polygon) / 1e6
        print(f"{level},{area['properties']['code']},{km2:.9f}")
