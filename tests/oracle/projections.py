"""Answers of PROJ (through pyproj) for tests of src/project. Run: python tests/oracle/projections.py > tests/oracle/projections.csv"""
import random
from pyproj import Proj
import pyproj, sys

random.seed(20200101)
print(f"# pyproj {pyproj.__version__}, PROJ {pyproj.proj_version_str}", file=sys.stderr)
print("projection,a,b,meridian,longitude,latitude,x,y")
CASES = [
    ("albers", 25, 47, 105, (73, 135), (3, 54)),
    ("albers", 27, 33, 102.5, (97, 109), (26, 34.5)),
    ("albers", -36, -18, 134, (112, 155), (-44, -10)),
    ("azimuthal", 52, 0, 10, (-30, 60), (30, 75)),
    ("azimuthal", -75, 0, 179, (-180, 180), (-88, -60)),
    ("azimuthal", 35, 0, 105, (70, 140), (0, 55)),
    ("cylindrical", 6, 0, 114, (95, 141), (-11, 8)),
    ("cylindrical", 37.5, 0, 0, (-179, 179), (-85, 85)),
]
for kind, a, b, meridian, lons, lats in CASES:
    text = {
        "albers": f"+proj=aea +lat_1={a} +lat_2={b} +lon_0={meridian} +lat_0=0",
        "azimuthal": f"+proj=laea +lat_0={a} +lon_0={meridian}",
        "cylindrical": f"+proj=cea +lat_ts={a} +lon_0={meridian}",
    }[kind]
    proj = Proj(text + " +ellps=WGS84 +units=m +no_defs")
    for _ in range(40):
        lon, lat = round(random.uniform(*lons), 6), round(random.uniform(*lats), 6)
        x, y = proj(lon, lat)
        print(f"{kind},{a},{b},{meridian},{lon},{lat},{x:.9f},{y:.9f}")
