import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import {
  compileGraph,
  deepFillV2,
  gatedFill,
  type Inpainter,
  Random,
  readWeights,
  reference,
  writeModelFile,
} from 'sluice'
import { inpaintingGraph } from 'sluice/inpainting'
import type { Settings } from '../measure/measureCase.ts'
import type { Runtime } from '../measure/runtime.ts'
import { spread } from '../measure/statistics.ts'
import type { Footprint } from '../report/footprintRecord.ts'

const LIMIT_MS = 120_000
const SIZE = { width: 4000, height: 3000 }
const HOLE = 300

/**
 * A JPEG of 12 megapixels with one hole of 300 pixels, filled by the command from file to file: the
 * time of the whole process and the most memory that it held, each round in a fresh one.
 */
export async function measurePhoto(
  runtimes: readonly Runtime[],
  threads: number,
  { rounds, say, surroundings: { signal } }: Settings,
): Promise<NonNullable<Footprint['photo']>> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-photo-'))
  try {
    await writePictures(folder)
    const models: readonly [string, Inpainter][] = [
      ['deepFillV2', deepFillV2()],
      ['gatedFill', gatedFill()],
    ]
    for (const [name, model] of models) writeModel(join(folder, `${name}.safetensors`), model)
    const measured = []
    for (const [model] of models) {
      for (const { node, execPath } of runtimes) {
        const runs: PhotoRun[] = []
        for (let round = 0; round < rounds && !signal.aborted; round++) {
          say(`photo: ${model}, Node ${node}, round ${round + 1} of ${rounds}`)
          runs.push(await fillOnce(execPath, folder, model, threads))
        }
        if (runs.length === 0) continue
        const peakBytes = Math.max(...runs.map((run) => run.peakBytes))
        measured.push({ model, node, threads, ms: spread(runs.map(({ ms }) => ms)), peakBytes })
      }
    }
    return measured
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Waves with fine noise over them, which a JPEG holds in about as many bytes as a photograph. */
async function writePictures(folder: string): Promise<void> {
  const { width, height } = SIZE
  const random = new Random(1, 'photo')
  const noise = Float32Array.from({ length: 4099 }, () => random.uniform(-14, 14))
  const pixels = new Uint8Array(width * height * 3)
  for (let i = 0; i < pixels.length; i++) {
    const x = Math.floor(i / 3) % width
    const y = Math.floor(i / 3 / width)
    const wave = 60 * Math.sin(x / 173 + (i % 3)) + 50 * Math.cos(y / 211 + x / 900)
    pixels[i] = 128 + wave + (noise[i % noise.length] as number)
  }
  const photo = sharp(pixels, { raw: { width, height, channels: 3 } })
  await photo.jpeg({ quality: 90 }).toFile(join(folder, 'photo.jpg'))
  const mask = new Uint8Array(width * height)
  for (let y = 0; y < HOLE; y++) {
    const start = (1200 + y) * width + 1700
    mask.fill(255, start, start + HOLE)
  }
  const grey = sharp(mask, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  await grey.png().toFile(join(folder, 'mask.png'))
}

/** Random weights: what they paint is of no matter here. */
function writeModel(path: string, model: Inpainter): void {
  const graph = inpaintingGraph(model, { batch: 1, height: 64, width: 64 })
  using session = compileGraph(graph, { device: reference() })
  writeFileSync(path, writeModelFile({ model, weights: readWeights(session), classes: [] }))
}

interface PhotoRun {
  readonly ms: number
  readonly peakBytes: number
}

const command = fileURLToPath(import.meta.resolve('@sluice/cli/bin/sluice.js'))
/** Loaded into the process, which says at its end what memory it held. */
const peak = new URL('../measure/peakBytes.js', import.meta.url).href
const sayPeak = `import { peakBytes } from '${peak}'
process.on('exit', () => process.stderr.write('peak ' + peakBytes() + '\\n'))`

/** Certificates for the network, which nothing here uses, would cost Node 20 a tenth of a second a start. */
function surroundings(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS, ...others } = process.env
  return others
}

function fillOnce(
  execPath: string,
  folder: string,
  model: string,
  threads: number,
): Promise<PhotoRun> {
  const options = ['--strategy', 'crop', '--overwrite', '--quiet', '--threads', `${threads}`]
  const started = performance.now()
  const child = spawn(
    execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(sayPeak)}`, command, 'inpaint'],
      ...['photo.jpg', 'mask.png', '-o', 'out.jpg', '--model', `${model}.safetensors`, ...options],
    ],
    { cwd: folder, env: surroundings(), stdio: ['ignore', 'ignore', 'pipe'], timeout: LIMIT_MS },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const ms = performance.now() - started
      const bytes = Number(/^peak (\d+)$/m.exec(said)?.[1])
      if (code === 0) resolve({ ms, peakBytes: bytes })
      else reject(new Error(`sluice inpaint ended with ${code}: ${said}`))
    })
  })
}
