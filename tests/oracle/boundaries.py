"""Makes the boundary files of tests/inputs/boundaries/: three areas with Chinese names in every format and in many coordinate systems.

    pip install geopandas==1.1.* pyogrio pyshp pyarrow topojson
    python tests/oracle/boundaries.py

All files but those called strange_* and foreign_* hold the same three areas: a county with a lake and an island in it, its neighbour,
and one of two parts. Their corners stand on whole millionths of a degree, so that what a reader gives back can be compared exactly.
The script runs with GDAL's and PROJ's own code throughout; nothing of caremap's is used.
"""

import json
import shutil
import struct
import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pyproj
import shapefile
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.polygon import orient

HERE = Path(__file__).parent.parent / "inputs" / "boundaries"

BORDER = [(116.4, 39.8), (116.403141, 39.833333), (116.398765, 39.866667), (116.405, 39.9), (116.4, 39.95), (116.4, 40.0)]
WEST = Polygon(
    BORDER + [(116.2, 40.0), (116.19, 39.9), (116.2, 39.8)],
    [[(116.25, 39.85), (116.25, 39.95), (116.35, 39.95), (116.35, 39.85)]],
)
ISLAND = Polygon([(116.28, 39.88), (116.32, 39.88), (116.32, 39.92), (116.28, 39.92)])
EAST = Polygon(BORDER[::-1] + [(116.6, 39.8), (116.61, 39.9), (116.6, 40.0)])
SOUTH = MultiPolygon(
    [
        Polygon([(116.2, 39.8), (116.4, 39.8), (116.6, 39.8), (116.5, 39.7)]),
        Polygon([(116.7, 39.7), (116.75, 39.7), (116.75, 39.75)]),
    ]
)


def anticlockwise(area):
    """Exteriors anticlockwise, holes clockwise, as RFC 7946 has it."""
    return MultiPolygon([orient(part) for part in area.geoms]) if hasattr(area, "geoms") else orient(area)


AREAS = geopandas.GeoDataFrame(
    {
        "adcode": ["110102", "110105", "110106"],
        "name": ["西城区", "朝阳区", "丰台区"],
        "name_en": ["Xicheng", "Chaoyang", "Fengtai"],
        "行政区划类型": ["区", "市辖区", None],
        "people": [1106000, 3450000, 2019000],
    },
    geometry=[anticlockwise(area) for area in (MultiPolygon([WEST, ISLAND]), EAST, SOUTH)],
    crs="EPSG:4326",
)
# No code of the EPSG register: the Albers of thematic maps of China, and a Lambert conformal conic, on CGCS2000.
ALBERS = "+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"
LAMBERT = "+proj=lcc +lat_0=36 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"


def named(proj, name, datum):
    """A system of a PROJ string under a name of its own and on a named datum."""
    system = pyproj.CRS(proj).to_json_dict()
    base = pyproj.CRS(datum).to_json_dict()
    base.pop("id", None)
    system["name"], system["base_crs"] = name, base
    return pyproj.CRS.from_json_dict(system)


SYSTEMS = {
    "cgcs2000": "EPSG:4490",
    "gauss_krueger_39": "EPSG:4527",
    "gauss_krueger_117e": "EPSG:4548",
    "gauss_krueger_6_degree": "EPSG:4498",
    "utm": "EPSG:32650",
    "web_mercator": "EPSG:3857",
    "albers": named(ALBERS, "China Albers", "EPSG:4490"),
    "lambert": named(LAMBERT, "China Lambert", "EPSG:4490"),
}


def write(frame, name, driver, **options):
    path = HERE / name
    for old in HERE.glob(path.stem + ".*"):
        if driver == "ESRI Shapefile" and old.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            old.unlink()
    if path.exists():
        path.unlink()
    pyogrio.write_dataframe(frame, path, driver=driver, **options)
    return path


def language(path, byte):
    """Sets the byte for the language in the header of a .dbf."""
    bytes_ = bytearray(path.with_suffix(".dbf").read_bytes())
    bytes_[29] = byte
    path.with_suffix(".dbf").write_bytes(bytes_)


def formats():
    write(AREAS, "areas.geojson", "GeoJSON", COORDINATE_PRECISION=6, RFC7946=True)
    write(AREAS, "areas.geojsonl", "GeoJSONSeq", COORDINATE_PRECISION=6)
    sequence = (HERE / "areas.geojsonl").read_text(encoding="utf-8").splitlines()
    (HERE / "areas_rfc8142.geojsons").write_text("".join("\x1e" + line + "\n" for line in sequence), encoding="utf-8")
    import topojson

    text = topojson.Topology(AREAS, prequantize=False, topology=True, object_name="districts").to_json()
    whole = json.loads(text, parse_constant=lambda word: None)
    (HERE / "areas.topojson").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    write(AREAS, "areas.fgb", "FlatGeobuf")
    write(AREAS, "areas_without_index.fgb", "FlatGeobuf", SPATIAL_INDEX="NO")
    # The first layer holds points, the second the areas, the third other areas.
    points = geopandas.GeoDataFrame({"name": ["x"]}, geometry=[Point(116.3, 39.9)], crs=4326)
    write(points, "areas.gpkg", "GPKG", layer="places")
    pyogrio.write_dataframe(AREAS, HERE / "areas.gpkg", driver="GPKG", layer="districts", append=False)
    other = AREAS.iloc[:1].assign(name="别的")
    pyogrio.write_dataframe(other, HERE / "areas.gpkg", driver="GPKG", layer="other")
    AREAS.to_parquet(HERE / "areas.parquet", geometry_encoding="WKB")
    AREAS.to_parquet(HERE / "areas_geoarrow.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")


def shapefiles():
    write(AREAS, "areas_utf8.shp", "ESRI Shapefile", encoding="UTF-8")
    gbk = write(AREAS, "areas_gbk.shp", "ESRI Shapefile", encoding="CP936")
    gbk.with_suffix(".cpg").write_text("GBK")
    for name, byte in [("areas_gbk_marked", 0x4D), ("areas_gbk_bare", 0)]:
        for ending in ("shp", "shx", "dbf", "prj"):
            shutil.copy(gbk.with_suffix("." + ending), HERE / f"{name}.{ending}")
        language(HERE / f"{name}.shp", byte)
    # Nothing beside it but the attributes.
    (HERE / "areas_gbk_bare.shx").unlink()
    (HERE / "areas_gbk_bare.prj").unlink()
    heights = AREAS.set_geometry(AREAS.geometry.force_3d(50.0))
    write(heights, "areas_heights.shp", "ESRI Shapefile", encoding="UTF-8")
    with zipfile.ZipFile(HERE / "areas.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(gbk.with_suffix("." + ending), f"县界/区.{ending}")


def systems():
    for name, system in SYSTEMS.items():
        frame = AREAS.to_crs(system)
        write(frame, f"{name}.shp", "ESRI Shapefile", encoding="UTF-8")
        if name in ("gauss_krueger_39", "albers"):
            write(frame, f"{name}.gpkg", "GPKG", layer="districts")
        write(frame, f"{name}.fgb", "FlatGeobuf")
        if not isinstance(system, pyproj.CRS):
            text = json.loads(frame.to_json())
            urn = "urn:ogc:def:crs:" + system.replace(":", "::")
            text["crs"] = {"type": "name", "properties": {"name": urn}}
            (HERE / f"{name}.geojson").write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
        frame.to_parquet(HERE / f"{name}.parquet")


def old_datums():
    """Geographic positions of the same numbers on datums that are not WGS84, and a grid on one of them."""
    for name, system in [("xian_1980", 4610), ("beijing_1954", 4214), ("new_beijing", 4555), ("tokyo", 4301)]:
        write(AREAS.set_crs(system, allow_override=True), f"{name}.shp", "ESRI Shapefile", encoding="UTF-8")
    grid = AREAS.set_crs(4610, allow_override=True).to_crs(2384)
    write(grid, "xian_1980_grid.shp", "ESRI Shapefile", encoding="UTF-8")


def turn_anticlockwise(path):
    """Turns every ring of a shapefile of polygons that runs clockwise."""
    bytes_ = bytearray(path.read_bytes())
    at = 100
    while at < len(bytes_):
        length = 2 * struct.unpack(">i", bytes_[at + 4 : at + 8])[0]
        if struct.unpack("<i", bytes_[at + 8 : at + 12])[0] == shapefile.POLYGON:
            parts, points = struct.unpack("<ii", bytes_[at + 44 : at + 52])
            starts = list(struct.unpack(f"<{parts}i", bytes_[at + 52 : at + 52 + 4 * parts])) + [points]
            base = at + 52 + 4 * parts
            for start, end in zip(starts, starts[1:]):
                span = slice(base + 16 * start, base + 16 * end)
                ring = [struct.unpack("<2d", bytes_[here : here + 16]) for here in range(span.start, span.stop, 16)]
                if not Polygon(ring).exterior.is_ccw:
                    bytes_[span] = b"".join(struct.pack("<2d", *position) for position in ring[::-1])
        at += 8 + length
    path.write_bytes(bytes_)


def strange():
    """Shapefiles that are damaged or unusual, in ways that files in use are."""
    west, east, south = AREAS.geometry

    def writer(name, kind, fields=(("adcode", "C", 6), ("NAME_CHINESE", "C", 30))):
        made = shapefile.Writer(str(HERE / name), shapeType=kind, encoding="utf-8")
        for field in fields:
            made.field(*field)
        return made

    def rings(area):
        parts = area.geoms if hasattr(area, "geoms") else [area]
        return [list(ring.coords)[::-1] for part in parts for ring in (part.exterior, *part.interiors)]

    # Every ring anticlockwise, so that holes cannot be told by the way they run; a shape of nothing; a name cut to ten bytes.
    with writer("strange_rings", shapefile.POLYGON) as made:
        for code, name, area in zip(AREAS.adcode, AREAS.name, AREAS.geometry):
            made.poly(rings(area))
            made.record(code, name)
        made.null()
        made.record("110107", "石景山区")
    turn_anticlockwise(HERE / "strange_rings.shp")
    # A row that is marked as deleted, whose shape goes with it.
    with writer("strange_deleted", shapefile.POLYGON) as made:
        for code, name, area in zip(["110101", *AREAS.adcode], ["旧", *AREAS.name], [ISLAND, *AREAS.geometry]):
            made.poly(rings(area))
            made.record(code, name)
    bytes_ = bytearray((HERE / "strange_deleted.dbf").read_bytes())
    bytes_[struct.unpack("<H", bytes_[8:10])[0]] = ord("*")
    (HERE / "strange_deleted.dbf").write_bytes(bytes_)
    with writer("foreign_points", shapefile.POINT) as made:
        made.point(116.3, 39.9)
        made.record("110102", "点")
    with writer("foreign_lines", shapefile.POLYLINE) as made:
        made.line([BORDER])
        made.record("110102", "线")
    # Numbers instead of text for codes, as spreadsheets make them.
    with writer("strange_numbers", shapefile.POLYGON, (("adcode", "N", 12, 0), ("name", "C", 30), ("share", "F", 13, 3))) as made:
        for code, name, area in zip(AREAS.adcode, AREAS.name, AREAS.geometry):
            made.poly(rings(area))
            made.record(int(code), name, 0.25)


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    formats()
    shapefiles()
    systems()
    old_datums()
    strange()
    total = sum(path.stat().st_size for path in HERE.iterdir())
    print(len(list(HERE.iterdir())), "files,", total, "bytes")
