/**
 * The baseline any network must beat: each test clip of a list takes the label of the nearest training
 * clip, by squared distance of its values.
 *
 *     npx tsx tools/arrays/nearestNeighbour.ts data/winds/winds.csv [every-nth-value-of-the-last-two-axes]
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readClipList } from '../../packages/sluice/src/data/lists/clipList.ts'
import { readNpy } from '../../packages/sluice/src/formats/npy/readNpy.ts'
import { toFloat32 } from '../../packages/sluice/src/foundation/hostTensor.ts'

const [list = '', every = '1'] = process.argv.slice(2)
const { clips } = readClipList(readFileSync(list), list)
const [file = ''] = clips[0]?.path.split('#') ?? []
const array = toFloat32(readNpy(readFileSync(join(dirname(list), file)), file))
const [count = 1, ...shape] = array.shape
const size = array.data.length / count
const step = Number(every)
const width = shape.at(-1) ?? 1
const height = shape.length > 2 ? (shape.at(-2) ?? 1) : step
const kept = Array.from({ length: size }, (_, i) => i).filter(
  (i) => (i % width) % step === 0 && (Math.floor(i / width) % height) % step === 0,
)
const valuesOf = (path: string) => {
  const at = Number(path.split('#')[1]) * size
  return Float32Array.from(kept, (i) => array.data[at + i] as number)
}
const known = clips
  .filter(({ split }) => split !== 'test')
  .map(({ path, label }) => ({ label, values: valuesOf(path) }))
let right = 0
let tested = 0
for (const { path, label, split } of clips) {
  if (split !== 'test') continue
  const values = valuesOf(path)
  let best = Number.POSITIVE_INFINITY
  let answer = ''
  for (const other of known) {
    let distance = 0
    for (let i = 0; i < values.length && distance < best; i++) {
      distance += ((values[i] as number) - (other.values[i] as number)) ** 2
    }
    if (distance >= best) continue
    best = distance
    answer = other.label
  }
  tested++
  if (answer === label) right++
}
console.log(
  `${list}: nearest neighbour ${(right / tested).toFixed(3)} of ${tested} (${known.length} known)`,
)
