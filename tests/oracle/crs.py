"""Writes crs.csv and crs.json: places in the coordinate systems that boundary files of China come in, and their longitudes and latitudes.

    pip install pyproj==3.7.*        (PROJ 9.5)
    cd tests/oracle && python crs.py

crs.csv: key of the system, x, y, longitude, latitude. crs.json: each system in every way it is written. Prints how far the published
transformations of Beijing 1954 lie apart, each in its own region.
"""

import csv
import json
import random

import pyproj
from pyproj.enums import WktVersion
from pyproj.transformer import Transformer, TransformerGroup

random.seed(2000)
ALBERS = "+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"
LAMBERT = "+proj=lcc +lat_0=0 +lon_0=110 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"
LAMBERT_AZIMUTHAL = "+proj=laea +lat_0=36 +lon_0=105 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"


def named(proj, name):
    system, base = pyproj.CRS(proj).to_json_dict(), pyproj.CRS(4490).to_json_dict()
    base.pop("id")
    system["name"], system["base_crs"] = name, base
    return pyproj.CRS.from_json_dict(system)


def places(count, west=74, south=18, east=135, north=54):
    return [(round(random.uniform(west, east), 6), round(random.uniform(south, north), 6)) for _ in range(count)]


SYSTEMS = {}
for code in range(4491, 4555):
    system = pyproj.CRS(code)
    west, _, east, _ = system.area_of_use.bounds
    SYSTEMS[f"EPSG:{code}"] = (system, places(8, west - 1, 18, east + 1, 54))
for code in range(32643, 32654):
    west = (code - 32600) * 6 - 186
    SYSTEMS[f"EPSG:{code}"] = (pyproj.CRS(code), places(20, west - 1, 18, west + 7, 54))
SYSTEMS["EPSG:3857"] = (pyproj.CRS(3857), places(220))
SYSTEMS["EPSG:3826"] = (pyproj.CRS(3826), places(220, 119, 21, 123, 26))
SYSTEMS["EPSG:2326"] = (pyproj.CRS(2326), places(220, 113.8, 22.1, 114.5, 22.6))
SYSTEMS["albers"] = (named(ALBERS, "China Albers"), places(220))
SYSTEMS["lambert"] = (named(LAMBERT, "China Lambert"), places(220))
SYSTEMS["azimuthal"] = (named(LAMBERT_AZIMUTHAL, "China azimuthal"), places(220))
SYSTEMS["EPSG:4796"] = (pyproj.CRS(4796), places(220, 115, 18, 119, 54))
SYSTEMS["EPSG:2384"] = (pyproj.CRS(2384), places(220, 115, 18, 119, 54))
SYSTEMS["EPSG:2436"] = (pyproj.CRS(2436), places(220, 115, 18, 119, 54))


def to_plane(key, system):
    """The way from WGS84; for Beijing 1954 by the transformation whose shift the EPSG register's definitions carry."""
    if key == "EPSG:2436":
        group = TransformerGroup(4326, 4214, always_xy=True).transformers
        shift = next(one for one in group if "WGS 84 (4)" in one.description)
        grid = Transformer.from_crs(4214, 2436, always_xy=True)
        return lambda x, y: grid.transform(*shift.transform(x, y))
    base = system.geodetic_crs if key in ("EPSG:4796", "EPSG:2384") else 4326
    return Transformer.from_crs(base, system, always_xy=True).transform


forms = {}
with open("crs.csv", "w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["system", "x", "y", "longitude", "latitude"])
    for key, (system, points) in SYSTEMS.items():
        way = to_plane(key, system)
        for longitude, latitude in points:
            x, y = way(longitude, latitude)
            rows.writerow([key, f"{x:.6f}", f"{y:.6f}", longitude, latitude])
        written = {"json": system.to_json_dict()}
        for name, version in [("esri", WktVersion.WKT1_ESRI), ("wkt1", WktVersion.WKT1_GDAL), ("wkt2", WktVersion.WKT2_2019)]:
            written[name] = system.to_wkt(version)
        if not key.startswith("EPSG") or key in ("EPSG:4527", "EPSG:4498", "EPSG:4548", "EPSG:32650", "EPSG:3857", "EPSG:3826"):
            forms[key] = written
with open("crs.json", "w") as file:
    json.dump(forms, file, indent=1)
    file.write("\n")

geod = pyproj.Geod(ellps="WGS84")
group = [one for one in TransformerGroup(4214, 4326, always_xy=True).transformers if one.area_of_use.name != "World"]
group = [one for one in group if "Ballpark" not in one.description]
ours = next(one for one in group if "WGS 84 (4)" in one.description)
for one in group:
    west, south, east, north = one.area_of_use.bounds
    found = [geod.inv(*one.transform(x, y), *ours.transform(x, y))[2] for x, y in places(500, west, south, east, north)]
    print(f"{one.area_of_use.name}: {max(found):.1f} m")
