// The XLSB workbook of tests/inputs/tables, which no Python package writes: npm install xlsx && node tests/oracle/tables.mjs
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const XLSX = createRequire(join(process.cwd(), "x.js"))("xlsx");
const rows = [
  ["2020年床位数", null, null],
  ["代码", "地区", "床位（张）"],
  [110000, "北京市", 127000],
  [120000, "天津市", 68000],
  [130000, "河北省", 442000],
  ["资料来源：示例年鉴", null, null],
];
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "inputs", "tables");
// Cells that follow one another are written in a short form; with columns between them they are not.
for (const [name, gap] of [["binary", [null]], ["short_cells", []]]) {
  const spaced = rows.map((row) => row.flatMap((cell) => [cell, ...gap]));
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([["说明"]]), "说明");
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(spaced), "床位");
  XLSX.writeFile(book, join(folder, `${name}.xlsb`), { bookType: "xlsb", compression: true });
}
