"""Table files as they come, for tests/spreadsheets.rs.

    pip install openpyxl xlwt odfpy pyarrow msoffcrypto-tool
    python3 tests/oracle/tables.py
    npm install xlsx && node tests/oracle/tables.mjs        # the XLSB workbook

writes tests/inputs/tables/. The figures are made up. Archives get a fixed time, so that the files come out the same.
"""

import datetime
import io
import json
import os
import zipfile

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

FOLDER = os.path.join(os.path.dirname(__file__), "..", "inputs", "tables")
ROWS = [
    ("北京市", 110000, 21893095, 11195390, 10697705, 127000, 0.1 + 0.2),
    ("天津市", 120000, 13866009, 7144949, 6721060, 68000, 35.6 * 3),
    ("河北省", 130000, 74610235, 37679003, 36931232, 442000, 1 / 3),
]


def path(name):
    return os.path.join(FOLDER, name)


def steady(name):
    """Writes the archive again with one time for all its files."""
    with zipfile.ZipFile(path(name)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path(name), "w", zipfile.ZIP_DEFLATED) as archive:
        for filename, content in parts:
            info = zipfile.ZipInfo(filename, (2020, 1, 1, 0, 0, 0))
            stored = filename == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def save(workbook, name):
    fixed = datetime.datetime(2020, 1, 1)
    workbook.properties.created = workbook.properties.modified = fixed
    workbook.properties.creator = "caremap"
    stream = io.BytesIO()
    workbook.save(stream)
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(path(name), "w", zipfile.ZIP_DEFLATED) as out:
        for part in archive.infolist():
            content = archive.read(part)
            if part.filename == "docProps/core.xml":
                content = b'<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
            info = zipfile.ZipInfo(part.filename, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, content)


def yearbook():
    """Title, heading of two rows with merged cells, units, total, notes; a page of explanations before it, a hidden sheet behind it."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "说明"
    cover["A1"] = "卫生统计资料"
    cover["A2"] = "本资料为示例。"
    sheet = book.create_sheet("2020年")
    sheet["A1"] = "表1  人口与床位"
    sheet.merge_cells("A1:G1")
    for cell, text in [("A2", "地区"), ("B2", "代码"), ("C2", "人口"), ("F2", "床位"), ("G2", "比重")]:
        sheet[cell] = text
    for cell, text in [("C3", "合计"), ("D3", "男"), ("E3", "女")]:
        sheet[cell] = text
    sheet.merge_cells("C2:E2")
    for column in "ABFG":
        sheet.merge_cells(f"{column}2:{column}3")
    for cell, text in [("C4", "人"), ("D4", "人"), ("E4", "人"), ("F4", "张"), ("G4", "%")]:
        sheet[cell] = text
    total = ["全  国"] + [None] + [sum(row[at] for row in ROWS) for at in (2, 3, 4, 5)]
    sheet.append(total)
    for row in ROWS:
        sheet.append(list(row))
    sheet["B7"] = "120000"
    sheet["F8"] = "44.2万"
    sheet["G7"] = "#DIV/0!"
    sheet["G7"].data_type = "e"
    sheet.row_dimensions[7].hidden = True
    sheet["A9"] = "注：1. 本表数据为示例。"
    sheet["A10"] = "    2. 不含现役军人。"
    sheet["A11"] = "资料来源：示例年鉴"
    sheet.merge_cells("A11:G11")
    notes = book.create_sheet("底稿")
    notes.sheet_state = "hidden"
    notes.append(["地区", "人口"])
    notes.append(["北京市", 1])
    save(book, "yearbook.xlsx")


def codes_as_dates():
    """Codes under a date format, codes that became dates, and true dates."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "医院"
    sheet.append(["代码", "编号", "开业", "床位"])
    rows = [(110101, "3-1a", 1), (110102, datetime.date(2024, 3, 2), 2), (110105, "12-7b", 3), (110106, "9-9c", 4)]
    for code, number, beds in rows:
        sheet.append([code, number, datetime.date(1999, 5, beds), beds])
    for line in (2, 3):
        sheet.cell(line, 1).number_format = "yyyy-mm-dd"
    save(book, "codes_as_dates.xlsx")


def provinces_merged():
    """The province stands once for its districts, and one number once for two of them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "区县"
    sheet["B2"] = "省"
    for cell, value in [("C2", "县"), ("D2", "床位"), ("B3", "北京市"), ("C3", "东城区"), ("D3", 10), ("C4", "西城区"), ("D4", 20)]:
        sheet[cell] = value
    for cell, value in [("B5", "天津市"), ("C5", "和平区"), ("D5", 30), ("C6", "河东区")]:
        sheet[cell] = value
    for block in ("B3:B4", "B5:B6", "D5:D6"):
        sheet.merge_cells(block)
    save(book, "provinces_merged.xlsx")


def old_workbook():
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("床位")
    sheet.write_merge(0, 0, 0, 2, "2020年床位数（单位：张）")
    for column, text in enumerate(["代码", "地区", "床位"]):
        sheet.write(1, column, text)
    for line, row in enumerate(ROWS, 2):
        for column, value in enumerate([row[1], row[0], row[5]]):
            sheet.write(line, column, value)
    sheet.row(3).hidden = True
    sheet.write(5, 0, "资料来源：示例年鉴")
    other = book.add_sheet("其他")
    other.write(0, 0, "无")
    book.save(path("old.xls"))


def open_document():
    book = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)

    def cell(value):
        if value is None:
            return TableCell()
        if isinstance(value, str):
            made = TableCell(valuetype="string")
            made.addElement(P(text=value))
            return made
        return TableCell(valuetype="float", value=repr(value))

    draft = Table(name="草稿", stylename=hidden)
    row = TableRow()
    row.addElement(cell("无"))
    draft.addElement(row)
    book.spreadsheet.addElement(draft)
    sheet = Table(name="床位")
    row = TableRow()
    row.addElement(cell("地区"))
    wide = TableCell(valuetype="string", numbercolumnsspanned=2)
    wide.addElement(P(text="卫生资源"))
    row.addElement(wide)
    row.addElement(CoveredTableCell())
    sheet.addElement(row)
    for number, values in enumerate([[None, "床位（张）", "比重（%）"]] + [[row[0], row[5], row[6]] for row in ROWS]):
        row = TableRow(visibility="collapse") if number == 2 else TableRow()
        for value in values:
            row.addElement(cell(value))
        sheet.addElement(row)
    empty = TableRow(numberrowsrepeated=1048000)
    empty.addElement(TableCell(numbercolumnsrepeated=16384))
    sheet.addElement(empty)
    book.spreadsheet.addElement(sheet)
    book.save(path("resources.ods"))
    steady("resources.ods")


def hostile():
    """Workbooks that would fill the memory."""
    with zipfile.ZipFile(path("yearbook.xlsx")) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}

    def write(name, changed):
        with zipfile.ZipFile(path(name), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for filename, content in {**parts, **changed}.items():
                info = zipfile.ZipInfo(filename, (2020, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, content)

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    write("too_many_texts.xlsx", {"xl/sharedStrings.xml": f'<sst xmlns="{main}" uniqueCount="99999999999"/>'})
    far = f'<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData>'
    far += '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    write("far_apart.xlsx", {"xl/worksheets/sheet1.xml": far, "xl/worksheets/sheet2.xml": far, "xl/worksheets/sheet3.xml": far})
    with open(path("yearbook.xlsx"), "rb") as whole:
        start = whole.read()
    with open(path("truncated.xlsx"), "wb") as out:
        out.write(start[: len(start) // 2])
    row = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
    with zipfile.ZipFile(path("resources.ods")) as archive:
        content = archive.read("content.xml").decode()
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    end = "</table:table>"
    at = content.rindex(end)
    members["content.xml"] = (content[:at] + row + content[at:]).encode()
    with zipfile.ZipFile(path("repeated.ods"), "w", zipfile.ZIP_DEFLATED) as out:
        for filename, part in members.items():
            info = zipfile.ZipInfo(filename, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if filename == "mimetype" else zipfile.ZIP_DEFLATED
            out.writestr(info, part)


def text_files():
    def write(name, text, encoding):
        with open(path(name), "w", encoding=encoding, newline="") as out:
            out.write(text)

    title = "表2 卫生人员\n单位：人\n"
    plain = "地区,执业医师,注册护士\n北京市,\"116,000\",\"134,000\"\n天津市,54000,４７０００\n合计,170000,181000\n说明：示例\n"
    write("gb18030.csv", title + plain, "gb18030")
    write("utf16le.txt", "\ufeff" + (title + plain).replace("\",\"", "\t").replace("\"", "").replace("116,000\t134,000", "116000\t134000").replace(",", "\t"), "utf-16-le")
    write("utf16be.csv", "\ufeff" + title + plain, "utf-16-be")
    write("semicolon.csv", "地区;医师;密度(人/千人)\n北京市;116000;5.3\n天津市;54000;3.9\n", "utf-8-sig")
    write("two_rows.csv", "地区,人口,,床位,\n,男,女,市,县\n北京市,1,2,3,4\n天津市,5,6,7,8\n", "utf-8")
    write("page.xls", "<html><body><table><tr><td>地区</td></tr></table></body></html>\n", "utf-8")
    write("dates.csv", "编号,床位\n3-1-2,1\n2024/3/1,2\n5-6-7,3\n", "utf-8")


def records():
    rows = [{"code": str(row[1]), "name": row[0], "beds": {"total": row[5], "open": None}} for row in ROWS]
    with open(path("records.json"), "w", encoding="utf-8") as out:
        json.dump({"year": 2020, "data": rows}, out, ensure_ascii=False, indent=1)
        out.write("\n")
    with open(path("records.ndjson"), "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def columnar():
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    table = pa.table(
        {
            "code": pa.array([str(row[1]) for row in ROWS]),
            "地区": pa.array([row[0] for row in ROWS]).dictionary_encode(),
            "beds": pa.array([row[5] for row in ROWS], pa.int32()),
            "share": pa.array([0.25, None, 0.5], pa.float64()),
            "day": pa.array([datetime.date(2020, 11, 1)] * 3, pa.date32()),
            "open": pa.array([True, False, None]),
        }
    )
    pa.parquet.write_table(table, path("beds.parquet"), compression="snappy")
    with pa.OSFile(path("beds.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    pa.feather.write_feather(table, path("beds.feather"), compression="lz4")


def protected():
    import msoffcrypto.format.ooxml

    with open(path("provinces_merged.xlsx"), "rb") as plain, open(path("protected.xlsx"), "wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("1234", out)
    with zipfile.ZipFile(path("resources.ods")) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    manifest = members["META-INF/manifest.xml"].decode()
    at = manifest.rindex("</manifest:manifest>")
    entry = '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"><manifest:encryption-data/></manifest:file-entry>'
    members["META-INF/manifest.xml"] = (manifest[:at] + entry + manifest[at:]).encode()
    with zipfile.ZipFile(path("protected.ods"), "w", zipfile.ZIP_DEFLATED) as out:
        for filename, part in members.items():
            info = zipfile.ZipInfo(filename, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if filename == "mimetype" else zipfile.ZIP_DEFLATED
            out.writestr(info, part)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    yearbook()
    codes_as_dates()
    provinces_merged()
    old_workbook()
    open_document()
    hostile()
    protected()
    text_files()
    records()
    columnar()
