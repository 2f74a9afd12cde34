// Writes datum.csv: WGS84 places all over China and where the npm package gcoord 1.0.7 (MIT) moves them in GCJ-02 and BD-09.
//   npm install gcoord && node datum.mjs > datum.csv
import gcoord from 'gcoord'
const rows = ['longitude,latitude,gcj_longitude,gcj_latitude,bd_longitude,bd_latitude']
let seed = 20260101
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
const { WGS84, GCJ02, BD09, transform } = gcoord
for (let n = 0; n < 400; n++) {
  // Away from the corners that gcoord leaves unshifted: it knows a finer outline than the published box.
  const place = [+(85 + 30 * random()).toFixed(6), +(28 + 12 * random()).toFixed(6)]
  rows.push([...place, ...transform(place, WGS84, GCJ02), ...transform(place, WGS84, BD09)].join(','))
}
console.log(rows.join('\n'))
