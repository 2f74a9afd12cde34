"""Writes names.csv, variants.csv and areas_en.csv.

    pip install pypinyin==0.55.0 opencc==1.4.2
    python make.py

Every name in areas.csv and in ../tables/area_codes_history.csv gets the forms in which people write it in Latin letters. Four tables
are kept by hand: readings.csv (characters and names that pypinyin reads otherwise than the place is called), english.csv (usual
English names, and the romanisation of names that are not Chinese), short.csv (customary Chinese short names), peoples.csv.

An English name is the first Latin form and the word for the kind: "Xihu District", "Anji County", "Alxa Left Banner", "Xilingol
League", "Ngari Prefecture", "Yanbian Autonomous Prefecture". Cities and provinces have no such word ("Hangzhou", "Zhejiang"), and the
peoples that share an autonomous area are left out: "Jishishan Autonomous County".
"""
import csv, pathlib, re
import opencc, pypinyin

HERE = pathlib.Path(__file__).parent
AREAS, HISTORY = HERE / "../boundaries/areas.csv", HERE / "../tables/area_codes_history.csv"
# What a name ends in, and the English word. The longer of two endings comes first.
KINDS = {"特别行政区": "", "自治区": "", "自治州": "Autonomous Prefecture", "自治县": "Autonomous County", "自治旗": "Autonomous Banner",
         "神农架林区": "Forestry District", "特区": "Special District", "新区": "New Area", "地区": "Prefecture", "行政区": "Prefecture",
         "省": "", "市": "", "区": "District", "县": "County", "旗": "Banner", "盟": "League", "镇": "Town"}
# Variants that OpenCC does not list: another form of 陕, and the radicals that PDF files hold in place of characters.
MORE = {"陜": "陕", "鉅": "巨", "钜": "巨", "谿": "溪", "甯": "宁", "峯": "峰", "滙": "汇", "汙": "污", "県": "县", "⻄": "西", "⻓": "长",
        "⻘": "青", "⻢": "马", "⻰": "龙", "⻋": "车", "⻔": "门", "⻛": "风", "⻜": "飞", "⻝": "食", "⻥": "鱼", "⻦": "鸟", "⻬": "齐",
        "⻩": "黄", "⻅": "见", "⻉": "贝", "⻆": "角", "⻨": "麦", "⻁": "虎", "⺟": "母", "⺠": "民"}


def read(path):
    with open(path, encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def write(name, header, rows):
    with open(HERE / name, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def forms(name, column):
    return {row[list(row)[0]]: row[column].split("|") for row in read(HERE / name) if row[column]}


READINGS, ENGLISH, SHORT, PEOPLES = forms("readings.csv", "pinyin"), forms("english.csv", "latin"), forms("short.csv", "short"), forms("peoples.csv", "latin")
FULL = {row["name"]: row["full"] for row in read(HERE / "english.csv") if row["full"]}


def split(name):
    """The name without its kind and its peoples, and the kind."""
    for kind in KINDS:
        end = "林区" if kind == "神农架林区" else kind
        # 碑林区 is the district of 碑林, 清新区 that of 清新.
        long_enough = len(name) - len(end) >= (1 if len(end) == 1 else 2)
        if name.endswith(kind) and long_enough and not (kind == "新区" and name in ("清新区", "永新区", "立新区")):
            stem = name[: -len(end)]
            if kind.startswith("自治") or stem.endswith("族"):
                stem = without_peoples(stem)
            return stem, kind
    return name, ""


def without_peoples(stem):
    for people in PEOPLES:
        if stem.endswith(people) and len(stem) - len(people) >= 2:
            return without_peoples(stem[: -len(people)])
    return stem.removesuffix("族") if stem in PEOPLES else stem


def spelt(syllables):
    """Syllables as one word, with an apostrophe before a vowel that begins an inner one."""
    word = "".join(("'" if at and syllable[0] in "aeo" else "") + syllable for at, syllable in enumerate(syllables))
    return word.capitalize()


def pinyin(name, stem):
    for known in (name, stem):
        if len(known) > 1 and known in READINGS:
            return READINGS[known]
    read = [one[0] for one in pypinyin.pinyin(name, style=pypinyin.Style.NORMAL, v_to_u=True)]
    assert len(read) == len(name), name
    return [spelt([READINGS[c][0].lower() if c in READINGS else one for c, one in zip(stem, read)])]


def misread(name, stem):
    """What pypinyin alone makes of a name that is read otherwise: never a form of the name, but what somebody may have meant."""
    plain = [one[0] for one in pypinyin.pinyin(name, style=pypinyin.Style.NORMAL, v_to_u=True)][: len(stem)]
    return "" if spelt(plain) in usual(name, stem) + reading(name, stem) else spelt(plain)


def usual(name, stem, code=None):
    return next((ENGLISH[key] for key in (code, name, stem) if key in ENGLISH), [])


def reading(name, stem):
    # The reading of 陕西 without its tones is that of 山西: only the usual spelling tells them apart.
    return [] if stem == "陕西" else pinyin(name, stem)


def english(name, stem, kind, code):
    full = FULL.get(code) or FULL.get(name)
    return full or f"{(usual(name, stem, code) or reading(name, stem))[0]} {KINDS.get(kind, '')}".strip()


areas, history = read(AREAS), read(HISTORY)
names = sorted({area["name"] for area in areas} | {row["名称"] for row in history})
stems = {name: split(name)[0] for name in names}
joined = "|".join
rows = [(name, joined(usual(name, stem)), joined(reading(name, stem)), misread(name, stem), joined(SHORT.get(name, []))) for name, stem in stems.items()]
rows += [(code, joined(forms), "", "", "") for code, forms in ENGLISH.items() if code.isdigit()]
write("names.csv", ["name", "usual", "pinyin", "misread", "short"], rows)

given = {area["code"]: area["name_en"] for area in areas if area["level"] == "province"}
codes = {area["code"]: area["name"] for area in areas if area["level"] != "province"}
english_names = [(code, given.get(code) or english(name, *split(name), code)) for code, name in sorted(codes.items())]
write("areas_en.csv", ["code", "name_en"], english_names)

simple = opencc.OpenCC("t2s")
known = set("".join(names) + "".join("".join(forms) for forms in SHORT.values()) + "全国合计总小其他中部东西南北地级市辖直属行政区划单位")
folded = {char: simple.convert(char) for char in map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)])}
variants = {char: to for char, to in folded.items() if char != to and len(to) == 1 and to in known} | MORE
write("variants.csv", ["written", "simple"], sorted(variants.items()))
