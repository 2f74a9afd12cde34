"""The nearest class 3A hospital of 20,000 places in and around China, by brute force with geographiclib (Karney's own package).

usage: python make.py HOSPITALS.csv GRID.csv OUT.csv

The places stand at random inside random cells of the grid of people (fixed seed). A hospital is measured unless its straight chord is
longer than the geodesic to the hospital of the shortest chord: no geodesic is shorter than its chord, so none that is left out can be
nearer. For the first 200 places all hospitals are measured, to check just that. Ties (to the micrometre) go to the lesser id as text.
"""

import csv
import random
import sys

import numpy as np
import pyproj
from geographiclib.geodesic import Geodesic


def hospitals(path):
    seen, kept = set(), []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            group = row["same_point_group"]
            if row["usable"] == "1" and (group == "-1" or group not in seen):
                seen.add(group)
                kept.append((row["id"], float(row["longitude_wgs84"]), float(row["latitude_wgs84"])))
    return kept


def places(path, count):
    with open(path, encoding="utf-8", newline="") as file:
        cells = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file) if float(row["density_per_km2"]) > 0]
    chance = random.Random(20201101)
    spots = []
    while len(spots) < count:
        lon, lat = chance.choice(cells)
        spots.append((round(lon + chance.uniform(-0.125, 0.125), 4), round(lat + chance.uniform(-0.125, 0.125), 4)))
    return spots


def main(hospital_path, grid_path, out_path):
    to = hospitals(hospital_path)
    spots = places(grid_path, 20000)
    geocentric = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    xyz = lambda p: np.stack(geocentric.transform(p[:, 0], p[:, 1], np.zeros(len(p))), axis=1)
    to_xyz = xyz(np.array([[lon, lat] for _, lon, lat in to]))
    spot_xyz = xyz(np.array(spots))
    metres = lambda spot, j: Geodesic.WGS84.Inverse(spot[1], spot[0], to[j][2], to[j][1])["s12"]
    with open(out_path, "w", encoding="ascii", newline="") as file:
        file.write("lon,lat,to_id,distance_m\n")
        for number, spot in enumerate(spots):
            chords = np.sqrt(((to_xyz - spot_xyz[number]) ** 2).sum(axis=1))
            bound = metres(spot, int(chords.argmin())) + 0.001
            near = np.flatnonzero(chords <= bound)
            best = min((round(metres(spot, j), 6), to[j][0]) for j in near)
            if number < 200:
                assert best == min((round(metres(spot, j), 6), to[j][0]) for j in range(len(to)))
            file.write(f"{spot[0]:.4f},{spot[1]:.4f},{best[1]},{best[0]:.5f}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
