"""Make the bundled fonts: subsets of Noto Sans SC and Noto Serif SC under names of their own.

    python make.py --sans REGULAR.ttf BOLD.ttf --serif REGULAR.ttf BOLD.ttf --names FILE... --out assets/fonts

`--names` takes any number of text files (CSV, JSON) and SQLite databases: every character in them that is Han, Latin or a sign
becomes part of the fonts, so that every place name in the data can be drawn. Needs fonttools 4.50 or later. The same inputs give
the same bytes: time stamps are those of the sources.
"""

import argparse
import hashlib
import pathlib
import sqlite3
import unicodedata

from fontTools import subset
from fontTools.ttLib import TTFont

# What a map prints besides Han: signs of measure and comparison, spaces, typographic marks, list marks, arrows, full-width forms.
SIGNS = (
    [chr(c) for c in range(0x20, 0x7F)]
    + [chr(c) for c in range(0xA0, 0x180)]  # Latin-1, Latin Extended-A
    + list("ƒǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǸǹḾḿḿẼẽəɑɡˉˊˋˇ˙ʻʼ")  # pinyin and romanised names
    + [chr(c) for c in range(0x391, 0x3CA) if c != 0x3A2]  # Greek
    + [chr(c) for c in range(0x300, 0x30D)]  # combining accents
    + [chr(c) for c in range(0x2000, 0x2070)]  # spaces, dashes, quotation marks, per mille, primes
    + list("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₍₎€¥£℃℉№℡™Ω℮")
    + [chr(c) for c in range(0x2150, 0x2180)]  # fractions, Roman numerals
    + list("←↑→↓↔↕↖↗↘↙⇒⇔∂∆∈∏∑−√∝∞∠∧∨∩∪∫∴∵∼≈≌≒≠≡≤≥≦≧≪≫≮≯⊕⊙⊥")
    + [chr(c) for c in range(0x2460, 0x249C)]  # numbers in circles and brackets
    + list("■□▲△▶▷▼▽◀◁◆◇○◎●◐◑◯★☆☉♀♂✓✔✕✗")
    + [chr(c) for c in range(0x3000, 0x3020)]  # Chinese punctuation
    + [chr(c) for c in range(0xFF01, 0xFFE7)]  # full-width forms
    + list("㎎㎏㎜㎝㎞㎡㏄㏎㏑㏒㏕㎥㎢")
)

# Han outside GB 2312 that names of towns, rivers, hospitals and people use, beside those found in the data.
RARE = (
    "㭎㳇㮾㴔㙟㛃㟃㠇㠓㤘㥄㧐㧟㬊㬎㬚㭕㮰㰀㳘㳚㴋㵐㶉㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
    "旸昇昉昳晞晟暟曈朐栒栟桠桲梽棪楒楸榃榅槚樊橦欤毐沄沚沨泇泘洑洣洺浉涢浬涠湜湉溇溦溧滆滘漖漷潏潖澥澧澴濉濞瀍瀼灞灢炣烜焜煊燊犍玕玚玥珅珺琎琤琰瑀瑄璟璠瓘甪畲疃盩眬睢矻砟砵硁硇碓碶磏磡礐祎禤秭穰笏筻箓篁粿"
    "翀翙耒耰胛脎腒芈苘茆茌茛荥荽莒菂菼萆葭蒗蓥蔺薤藁蘅虓虢蛟蜎螺衎衢裛觱訄谫豳赟赪跶轵轺迺逄逯邕邗邙邛邡邳邶邽郄郇郏郓郗郚郛郜郧郯鄀鄂鄄鄌鄚鄞鄠鄢鄣鄩鄯鄱酂酃醴釜鉴钐钚钭铚铧锜锺镆镕闿阇阌阆陉陔隰隼雒霅霨靰颍颙馓骍鬲"
    "鲘鲖鲅鹮麇黟黾鼐齮龑堃喆垚埇埗埠堉堌堎堽塱墈墉壆婺孖寘屺岍岘岜岿峂峣峤崀崆崮嵊嵖嵩巏庹廒弢弶彧彳忞悫戬抃摒撙斝昃鿍鿎鿏"
)


def gb2312(first_row, last_row):
    """Characters of the rows of GB 2312: 1-9 signs, kana, Greek, Cyrillic; 16-55 Han of level 1; 56-87 Han of level 2."""
    found = set()
    for row in range(first_row, last_row + 1):
        for cell in range(1, 95):
            try:
                found.add(bytes([row + 0xA0, cell + 0xA0]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    return found


def characters_of(path):
    """Every printable character of a text file or of all text columns of a SQLite database."""
    path = pathlib.Path(path)
    if path.suffix in (".db", ".sqlite"):
        text = []
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in database.execute(f'select * from "{table}"'):
                    text.extend(value for value in row if isinstance(value, str))
        text = "".join(text)
    else:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030", errors="ignore")
    return {c for c in text if unicodedata.category(c)[0] in "LNPSM" and (is_han(c) or ord(c) < 0x250)}


def is_han(c):
    return 0x3007 == ord(c) or 0x3400 <= ord(c) <= 0x9FFF or 0xF900 <= ord(c) <= 0xFAFF or 0x20000 <= ord(c) <= 0x3FFFF


def make(source, family, style, wanted, out):
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "pwid", "halt", "palt"]
    options.layout_scripts = ["DFLT.dflt", "hani.dflt", "hani.ZHS ", "latn.dflt", "grek.dflt", "cyrl.dflt", "kana.dflt"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 14]
    options.name_languages = [0x409]
    options.glyph_names = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "STAT", "gasp", "prep", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in wanted])
    subsetter.subset(font)
    rename(font, family, style)
    name = f"{family.replace(' ', '')}-{style}.ttf"
    font.save(out / name)
    lacking = sorted(c for c in wanted if ord(c) not in font.getBestCmap())
    data = (out / name).read_bytes()
    print(f"{name}\t{len(data)}\t{font['maxp'].numGlyphs} glyphs\tsha256 {hashlib.sha256(data).hexdigest()}")
    print("  not in the source:", "".join(c for c in lacking if is_han(c)) or "no Han character", f"({len(lacking)} of {len(wanted)})")


def rename(font, family, style):
    """The subset is a modified version: it carries a name of its own, and keeps the copyright and the licence."""
    names = font["name"]
    plain = family.replace(" ", "")
    for record in list(names.names):
        if record.nameID in (1, 2, 3, 4, 6, 16, 17):
            names.removeNames(nameID=record.nameID)
    for number, text in [(1, family), (2, style), (3, f"{plain}-{style} from {plain.replace('Caremap', 'Noto')}SC"), (4, f"{family} {style}"), (6, f"{plain}-{style}")]:
        names.setName(text, number, 3, 1, 0x409)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sans", nargs=2, required=True)
    parser.add_argument("--serif", nargs=2, required=True)
    parser.add_argument("--names", nargs="+", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    named = set().union(*(characters_of(path) for path in arguments.names))
    regular = gb2312(1, 87) | named | set(SIGNS) | set(RARE)
    bold = gb2312(1, 55) | named | set(SIGNS) | set(RARE)
    for family, sources in [("Caremap Sans", arguments.sans), ("Caremap Serif", arguments.serif)]:
        make(sources[0], family, "Regular", regular, arguments.out)
        make(sources[1], family, "Bold", bold, arguments.out)


if __name__ == "__main__":
    main()
