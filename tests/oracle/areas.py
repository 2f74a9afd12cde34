"""Writes areas.csv: areas of the bundled provinces and of every 40th county, with geodesic edges, by pyproj 3.7 (PROJ's
geographiclib), in square kilometres.   python areas.py ../../assets/boundaries/china.topojson > areas.csv"""
import json, sys
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
    return positions

geod = Geod(ellps="WGS84")
print("level,code,km2")
for level, step in (("province", 1), ("county", 40)):
    for area in topology["objects"][level]["geometries"][::step]:
        km2 = sum(geod.polygon_area_perimeter(*zip(*ring(numbers)))[0] for polygon in area["arcs"] for numbers in polygon) / 1e6
        print(f"{level},{area['properties']['code']},{km2:.9f}")
