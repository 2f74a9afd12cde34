"""Makes the binary files of tests/inputs/torture/ out of sound ones of tests/inputs/boundaries/, each with one fault.

Usage: python3 tests/oracle/torture.py, from the root of the project. Needs nothing but Python.
"""

import io
import struct
import sqlite3
import zipfile
from pathlib import Path

SOUND = Path("tests/inputs/boundaries")
OUT = Path("tests/inputs/torture")


def sound(name):
    return (SOUND / name).read_bytes()


def write(name, data):
    (OUT / name).parent.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_bytes(data)


def shapefile(name, of="areas_utf8", leave_out=(), **changed):
    for ending in ["shp", "shx", "dbf", "prj", "cpg"]:
        path = SOUND / f"{of}.{ending}"
        if ending in changed:
            write(f"boundaries/{name}.{ending}", changed[ending])
        elif ending not in leave_out and path.exists():
            write(f"boundaries/{name}.{ending}", path.read_bytes())


def archive(name, members, **options):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, data in members:
            packed.writestr(zipfile.ZipInfo(member), data, zipfile.ZIP_DEFLATED)
    data = memory.getvalue()
    write(f"boundaries/{name}.zip", options.get("change", lambda data: data)(data))


def shapefiles():
    shp, dbf = sound("areas_utf8.shp"), sound("areas_utf8.dbf")
    shapefile("no_attributes", leave_out=["dbf"])
    shapefile("no_system", of="gauss_krueger_39", leave_out=["prj"])
    shapefile("shape_cut_short", shp=shp[:-200], leave_out=["shx"])
    shapefile("header_cut_short", shp=shp[:60], leave_out=["shx"])
    shapefile("attributes_cut_short", dbf=dbf[: len(dbf) // 2])
    shapefile("attributes_of_another", dbf=sound("foreign_points.dbf"))
    shapefile("attributes_no_table", dbf=b"\x00" * 10)
    shapefile("points_not_areas", of="foreign_points")
    shapefile("lines_not_areas", of="foreign_lines")
    shapefile("encoding_said_wrong", of="areas_gbk", cpg=b"UTF-8")
    shapefile("encoding_unknown", of="areas_gbk", cpg=b"KLINGON-1")
    shapefile("encoding_unsaid", of="areas_gbk_bare")
    shapefile("system_unknown", prj=b'PROJCS["Luna_2000_Mercator",GEOGCS["Moon",DATUM["D_Moon_2000",SPHEROID["Moon_2000",1737400.0,0.0]]]]')
    shapefile("system_no_text", prj=b"see the readme")
    # The number of positions of the first shape: more than there are.
    at = 100 + 8 + 40
    shapefile("positions_not_there", shp=shp[:at] + struct.pack("<i", 1_000_000_000) + shp[at + 4 :])
    # The first corner of the first ring is no number.
    parts = struct.unpack("<i", shp[144:148])[0]
    corner = 100 + 8 + 44 + 4 * parts
    shapefile("corner_no_number", shp=shp[:corner] + struct.pack("<d", float("nan")) + shp[corner + 8 :])


def archives():
    geojson = sound("areas.geojson")
    archive("bomb", [("areas.geojson", b" " * (20 << 20))])
    archive("climbs_out", [("../../../../etc/areas.geojson", geojson)])
    archive("no_boundaries", [("readme.txt", b"nothing here"), ("table.csv", b"a,b\n1,2\n")])
    archive("archive_in_archive", [("areas.geojson", sound("areas.zip"))])
    archive("two_files", [("old.geojson", geojson), ("new.geojson", geojson)])
    archive("no_attributes_inside", [("areas.shp", sound("areas_utf8.shp"))])
    archive("cut_short", [("areas.geojson", geojson)], change=lambda data: data[: len(data) // 2])
    archive("contents_changed", [("areas.geojson", geojson)], change=lambda data: data[:200] + bytes([data[200] ^ 255]) + data[201:])
    # Bit 0 of the flags says that the member is encrypted, in its own header and in the directory.
    def encrypted(data):
        directory = data.index(b"PK\x01\x02")
        data = bytearray(data)
        data[6] |= 1
        data[directory + 8] |= 1
        return bytes(data)

    archive("locked", [("areas.geojson", geojson)], change=encrypted)
    write("boundaries/empty.zip", b"PK\x05\x06" + bytes(18))


def flatgeobufs():
    areas = sound("areas.fgb")
    write("boundaries/cut_short.fgb", areas[: len(areas) // 2])
    write("boundaries/header_too_long.fgb", areas[:8] + struct.pack("<I", 0x7FFFFFFF) + areas[12:])
    write("boundaries/old_version.fgb", b"fgb\x02" + areas[4:])


def geopackages():
    for name, statements in {
        "no_tables": ["CREATE TABLE plain (a INTEGER)"],
        "layer_not_there": [
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT)",
            "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER)",
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT)",
            "INSERT INTO gpkg_contents VALUES ('areas', 'features', 'areas', 4326)",
            "INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', 4326, 0, 0)",
        ],
    }.items():
        small = sqlite3.connect(":memory:")
        small.execute("PRAGMA page_size = 512")
        for statement in statements:
            small.execute(statement)
        small.commit()
        write(f"geopackage/{name}.gpkg", small.serialize())
    write("geopackage/cut_short.gpkg", sound("albers.gpkg")[:3000])
    write("geopackage/damaged.gpkg", sound("albers.gpkg")[:100] + b"\xff" * 900)


def formats_left_out():
    for name in ["gpkg", "parquet"]:
        write(f"formats_left_out/any.{name}", sound(f"areas.{name}")[:100])


def geoparquets():
    areas = sound("areas.parquet")
    write("geoparquet/cut_short.parquet", areas[: len(areas) // 2])
    write("geoparquet/footer_damaged.parquet", areas[:-40] + b"\xff" * 32 + areas[-8:])
    write("geoparquet/length_wrong.parquet", areas[:-8] + struct.pack("<I", 0x7FFFFFF0) + areas[-4:])


shapefiles()
archives()
flatgeobufs()
formats_left_out()
geopackages()
geoparquets()
