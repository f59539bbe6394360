/**
 * Trains the network of the winds' benchmark. It is taught two things of a training clip that are
 * known when it is cut, its place and its month (60·12 classes); asked for a month, it sums over
 * places. Nothing but the four months of wind goes in.
 *
 *     npx tsx tools/winds/trainPlaces.ts --held 84      # months 84 to 95 held out, to choose by
 *     npx tsx tools/winds/trainPlaces.ts --test         # learns from months 0 to 95, then the test
 */
import { parseArgs } from 'node:util'
import { type FrameOrder, orderFrames } from '../../packages/sluice/src/entrypoints/data.ts'
import { Random } from '../../packages/sluice/src/entrypoints/index.ts'
import { adamw, cosine, Trainer, warmup } from '../../packages/sluice/src/entrypoints/training.ts'
import { wasm } from '../../packages/sluice/src/entrypoints/wasm.ts'
import { anomaliesOf, exchangedClip } from './anomalies.ts'
import { type Judged, monthReport, monthsOf } from './months.ts'
import {
  CHANNELS,
  CLIP_MONTHS,
  CLIP_VALUES,
  cutClip,
  MONTHS,
  PATCH,
  placesOf,
  startsWithin,
  TEST_FROM,
} from './patches.ts'
import { placeNetwork } from './placeNetwork.ts'
import { openWinds } from './windsPackage.ts'

const BATCH = 64
const WARMUP_STEPS = 100
/** Metres a second that become 1. */
const SCALE = 4

const { values } = parseArgs({
  options: {
    deb: { type: 'string' },
    held: { type: 'string', default: '84' },
    test: { type: 'boolean', default: false },
    epochs: { type: 'string', default: '20' },
    hidden: { type: 'string', default: '512' },
    dropout: { type: 'string', default: '0.5' },
    pool: { type: 'string', default: '4' },
    rate: { type: 'string', default: '0.002' },
    decay: { type: 'string', default: '0.05' },
    seeds: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    still: { type: 'boolean', default: false },
  },
})
const winds = openWinds(values.deb)
const places = placesOf(winds)
const held = Number(values.held)
const heldStarts = values.test
  ? startsWithin(TEST_FROM, winds.months)
  : startsWithin(held, held + 12)
const starts = values.test
  ? startsWithin(0, TEST_FROM)
  : [...startsWithin(0, held), ...startsWithin(held + 12, TEST_FROM)]
const learnt = anomaliesOf(winds, starts, places)
const device = await wasm({ threads: Number(values.threads) })
const network = placeNetwork({
  places: places.length,
  hidden: Number(values.hidden),
  dropout: Number(values.dropout),
  pool: Number(values.pool),
})

/** Logits of the held clips, averaged over all networks trained. */
const sums = new Map<FrameOrder, Float32Array>()
const began = process.cpuUsage()
const seeds = values.seeds.split(',').map(Number)
for (const seed of seeds) trainOne(seed)
const { user, system } = process.cpuUsage(began)
const orders: readonly FrameOrder[] = values.test ? ['shown', 'shuffled', 'still'] : ['shown']
for (const order of orders) console.log(`${order}: ${monthReport(judge(sums.get(order)))}`)
console.log(`${((user + system) / 60e6).toFixed(1)} minutes of processor time`)
await device.dispose()

function trainOne(seed: number): void {
  const clips = starts.length * places.length
  const epochs = Number(values.epochs)
  const steps = epochs * Math.ceil(clips / BATCH)
  const rate = cosine({ learningRate: Number(values.rate), steps: steps - WARMUP_STEPS })
  using trainer = new Trainer(network, {
    ...{ device, input: [BATCH, CHANNELS, CLIP_MONTHS, PATCH, PATCH], seed },
    learningRate: warmup(WARMUP_STEPS, rate),
    optimizer: adamw({ weightDecay: Number(values.decay) }),
  })
  const inputs = new Float32Array(BATCH * CLIP_VALUES)
  const labels = new Int32Array(BATCH)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const random = new Random(seed, 'clips of an epoch', epoch)
    const order = random.shuffle(Array.from({ length: clips }, (_, i) => i))
    let loss = 0
    let batches = 0
    for (let first = 0; first < clips; first += BATCH) {
      for (let i = 0; i < BATCH; i++) {
        const clip = order[(first + i) % clips] ?? 0
        const start = Math.floor(clip / places.length)
        const place = clip % places.length
        exchangedClip(learnt, { start, place }, random, inputs, i * CLIP_VALUES)
        labels[i] = place * MONTHS.length + ((starts[start] ?? 0) % MONTHS.length)
      }
      if (values.still)
        for (let i = 0; i < BATCH; i++) arrange(inputs, i * CLIP_VALUES, 'still', random)
      for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i] as number) / SCALE
      trainer.step({ inputs, labels })
      loss += trainer.loss
      batches++
    }
    if ((epoch + 1) % 5 === 0 || epoch + 1 === epochs) {
      const line = values.test ? '' : `, held ${monthReport(judge(answers(trainer, 'shown')))}`
      console.error(`seed ${seed}, epoch ${epoch + 1}: loss ${(loss / batches).toFixed(3)}${line}`)
    }
  }
  for (const order of ['shown', 'shuffled', 'still'] as const) {
    const one = answers(trainer, order)
    const sum = sums.get(order)
    sums.set(order, sum === undefined ? one : sum.map((value, i) => value + (one[i] as number)))
  }
}

/** Logits of all held clips. */
function answers(trainer: Trainer, order: FrameOrder): Float32Array {
  const classes = places.length * MONTHS.length
  const count = heldStarts.length * places.length
  const logits = new Float32Array(count * classes)
  const random = new Random(0, 'order of frames')
  const inputs = new Float32Array(BATCH * CLIP_VALUES)
  for (let first = 0; first < count; first += BATCH) {
    const filled = Math.min(BATCH, count - first)
    for (let i = 0; i < filled; i++) {
      const at = i * CLIP_VALUES
      const start = heldStarts[Math.floor((first + i) / places.length)] ?? 0
      const place = places[(first + i) % places.length]
      if (place !== undefined) cutClip(winds, start, place, inputs, at)
      arrange(inputs, at, values.still ? 'still' : order, random)
    }
    for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i] as number) / SCALE
    logits.set(trainer.predict(inputs).subarray(0, filled * classes), first * classes)
  }
  return logits
}

function arrange(clips: Float32Array, at: number, order: FrameOrder, random: Random): void {
  if (order === 'shown') return
  const frame = PATCH * PATCH
  const before = clips.slice(at, at + CLIP_VALUES)
  orderFrames(order, CLIP_MONTHS, random).forEach((from, to) => {
    for (let c = 0; c < CHANNELS; c++) {
      const plane = c * CLIP_MONTHS
      const taken = before.subarray((plane + from) * frame, (plane + from + 1) * frame)
      clips.set(taken, at + (plane + to) * frame)
    }
  })
}

function judge(logits: Float32Array = new Float32Array()): Judged[] {
  return monthsOf(logits, places.length).map((answer, i) => {
    const start = heldStarts[Math.floor(i / places.length)] ?? 0
    return { year: 1982 + Math.floor(start / 12), month: start % 12, answer }
  })
}
