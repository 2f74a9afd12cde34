"""Makes hospitals_cn_3a.csv from the published list and the checks of its rows.

usage: python make.py LIST.csv CHECKS.csv OUT.csv

Both inputs have one row for each hospital in the same order. `id` is the number of the row in the published list, so it stays the same
when rows are corrected. Nothing is left out: which rows to use is told by the column `usable`.
"""

import csv
import sys

FLAGS = ["no_address", "no_coordinate", "province_conflict", "district_conflict", "city_in_address"]


def main(list_path, checks_path, out_path):
    with open(list_path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(checks_path, encoding="utf-8-sig", newline="") as file:
        checks = list(csv.DictReader(file))
    if [check["row"] for check in checks] != [str(number) for number in range(1, len(rows) + 1)]:
        sys.exit("the rows of the checks do not follow the rows of the list")
    header = ["id", "name", "address", "longitude_wgs84", "latitude_wgs84", "adcode", "province", "city", "district"]
    with open(out_path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*header, *FLAGS, "same_point_group", "usable"])
        for row, check in zip(rows, checks, strict=True):
            place = [row["name"].strip(), row["address"].strip(), row["longitude_wgs84"], row["latitude_wgs84"]]
            unit = [check[name] for name in ("adcode", "province", "city", "district")]
            flags = [check[name] for name in (*FLAGS, "same_point_group", "usable")]
            out.writerow([check["row"], *place, *unit, *flags])


if __name__ == "__main__":
    main(*sys.argv[1:])
