// Writes datum.csv: WGS84 places all over China, on a grid and at random, and where they lie in GCJ-02 and BD-09 according to the npm
// package gcoord 1.0.7 (MIT). A second implementation, prcoords 1.0.5 (CC0), must agree to 1e-9 degrees, a tenth of a
// millimetre. The formulas of both are used without their outlines of China, which differ.
//   npm install gcoord prcoords && node datum.mjs > datum.csv
import gcoord from 'gcoord'
import prcoords from 'prcoords'
const rows = ['longitude,latitude,gcj_longitude,gcj_latitude,bd_longitude,bd_latitude']
let seed = 20260101
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
const { WGS84, GCJ02, BD09, transform } = gcoord
const add = place => {
  const gcj = transform(place, WGS84, GCJ02), bd = transform(place, WGS84, BD09)
  if (gcj[0] === place[0]) return
  const at = { lon: place[0], lat: place[1] }
  const other = prcoords.wgs_gcj(at, false), other_bd = prcoords.gcj_bd(other, false)
  for (const [a, b] of [[gcj[0], other.lon], [gcj[1], other.lat], [bd[0], other_bd.lon], [bd[1], other_bd.lat]]) {
    if (!(Math.abs(a - b) < 1e-9)) throw new Error(`the two disagree at ${place}: ${a} ${b}`)
  }
  rows.push([...place, ...gcj, ...bd].join(','))
}
for (let n = 0; n < 400; n++) add([+(85 + 30 * random()).toFixed(6), +(28 + 12 * random()).toFixed(6)])
for (let x = 73.5; x <= 135; x += 1.25) for (let y = 18.25; y <= 53.5; y += 1.25) add([x, y])
console.log(rows.join('\n'))
