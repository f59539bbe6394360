/**
 * Trains the network of the winds' benchmark on drawn weather (`weather.ts`). It is taught two things
 * of a clip, its place and its month (60·12 classes); asked for a month, it sums over places.
 * Nothing but the four months of wind goes in.
 *
 *     npx tsx tools/winds/trainPlaces.ts --held 84      # months 84 to 95 held out, to choose by
 *     npx tsx tools/winds/trainPlaces.ts --test         # learns from months 0 to 95, then the test
 */
import { parseArgs } from 'node:util'
import { type FrameOrder, orderFrames } from '../../packages/sluice/src/entrypoints/data.ts'
import { compile, Random, readWeights } from '../../packages/sluice/src/entrypoints/index.ts'
import { adamw, cosine, Trainer, warmup } from '../../packages/sluice/src/entrypoints/training.ts'
import { wasm } from '../../packages/sluice/src/entrypoints/wasm.ts'
import { type Judged, monthReport, monthsOf } from './months.ts'
import {
  CHANNELS,
  CLIP_MONTHS,
  coarseWinds,
  cutClip,
  MONTHS,
  PATCH,
  placesOf,
  startsWithin,
  TEST_FROM,
} from './patches.ts'
import { placeNetwork, WHITENING } from './placeNetwork.ts'
import { Weather } from './weather.ts'
import { whiteningOf } from './whitening.ts'
import { openWinds } from './windsPackage.ts'

const BATCH = 256
/** Points of 2.5° that a box has along a side. */
const BOX = 4
const SIDE = PATCH / BOX
const REPORT_EVERY = 500

const { values } = parseArgs({
  options: {
    deb: { type: 'string' },
    held: { type: 'string', default: '84' },
    test: { type: 'boolean', default: false },
    steps: { type: 'string', default: '2500' },
    hidden: { type: 'string', default: '256' },
    dropout: { type: 'string', default: '0.1' },
    rate: { type: 'string', default: '0.002' },
    decay: { type: 'string', default: '0.01' },
    seeds: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    still: { type: 'boolean', default: false },
  },
})
const winds = coarseWinds(openWinds(values.deb), BOX)
const places = placesOf(winds, SIDE)
const held = Number(values.held)
const heldStarts = values.test
  ? startsWithin(TEST_FROM, winds.months)
  : startsWithin(held, held + 12)
const learnt = [...Array(TEST_FROM).keys()].filter(
  (month) => values.test || month < held || month >= held + 12,
)
const starts = startsWithin(0, TEST_FROM).filter((start) =>
  Array.from({ length: CLIP_MONTHS }, (_, t) => start + t).every((m) => learnt.includes(m)),
)
const weather = new Weather({ winds, months: learnt, starts, places, patch: SIDE })
const { size } = weather
const input = [BATCH, CHANNELS, CLIP_MONTHS, SIDE, SIDE]
const device = await wasm({ threads: Number(values.threads) })
const network = placeNetwork({
  places: places.length,
  hidden: Number(values.hidden),
  dropout: Number(values.dropout),
  patch: SIDE,
})
const whitening = whiteningOf(weather.anomalies, size)

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
  const steps = Number(values.steps)
  const rising = Math.round(steps / 20)
  const rate = cosine({ learningRate: Number(values.rate), steps: steps - rising })
  using trainer = new Trainer(network, {
    ...{ device, input, seed, weights: beginning(seed), freeze: [WHITENING] },
    learningRate: warmup(rising, rate),
    optimizer: adamw({ weightDecay: Number(values.decay) }),
  })
  const inputs = new Float32Array(BATCH * size)
  const labels = new Int32Array(BATCH)
  for (let step = 0; step < steps; step++) {
    const random = new Random(seed, 'weather', step)
    for (let i = 0; i < BATCH; i++) {
      const place = random.integer(places.length)
      const month = random.integer(MONTHS.length)
      weather.draw(place, month, random, inputs, i * size)
      if (values.still) arrange(inputs, i * size, 'still', random)
      labels[i] = place * MONTHS.length + month
    }
    trainer.step({ inputs, labels })
    if ((step + 1) % REPORT_EVERY === 0) {
      const line = values.test ? '' : `, held ${monthReport(judge(answers(trainer, 'shown')))}`
      console.error(`seed ${seed}, step ${step + 1}: loss ${trainer.loss.toFixed(3)}${line}`)
    }
  }
  for (const order of ['shown', 'shuffled', 'still'] as const) {
    const one = answers(trainer, order)
    const sum = sums.get(order)
    sums.set(order, sum === undefined ? one : sum.map((value, i) => value + (one[i] as number)))
  }
}

/** Random weights, but for the whitening, which follows from the clips that are learnt from. */
function beginning(seed: number) {
  using session = compile(network, { device, input, seed })
  const weights = readWeights(session)
  const mean = new Float32Array(size)
  const clips = weather.climate.length / size
  weather.climate.forEach((value, i) => {
    mean[i % size] = (mean[i % size] as number) + value / clips
  })
  const bias = mean.map((_, row) => {
    let sum = 0
    for (let i = 0; i < size; i++) {
      sum -= (whitening[row * size + i] as number) * (mean[i] as number)
    }
    return sum
  })
  for (const [name, data] of [
    [`${WHITENING}.weight`, whitening],
    [`${WHITENING}.bias`, bias],
  ] as const) {
    const { shape = [] } = weights.get(name) ?? {}
    weights.set(name, { dtype: 'float32', shape, data })
  }
  return weights
}

/** Logits of all held clips. */
function answers(trainer: Trainer, order: FrameOrder): Float32Array {
  const classes = places.length * MONTHS.length
  const count = heldStarts.length * places.length
  const logits = new Float32Array(count * classes)
  const random = new Random(0, 'order of frames')
  const inputs = new Float32Array(BATCH * size)
  for (let first = 0; first < count; first += BATCH) {
    const filled = Math.min(BATCH, count - first)
    for (let i = 0; i < filled; i++) {
      const at = i * size
      const start = heldStarts[Math.floor((first + i) / places.length)] ?? 0
      const place = places[(first + i) % places.length]
      if (place !== undefined) cutClip(winds, start, place, inputs, at, SIDE)
      arrange(inputs, at, values.still ? 'still' : order, random)
    }
    logits.set(trainer.predict(inputs).subarray(0, filled * classes), first * classes)
  }
  return logits
}

function arrange(clips: Float32Array, at: number, order: FrameOrder, random: Random): void {
  if (order === 'shown') return
  const frame = SIDE * SIDE
  const before = clips.slice(at, at + size)
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
