/**
 * Draws the curve of the bundled inpainter's training from the records of its run.
 *
 *     npx tsx tools/inpainter/curve.ts docs/model-cards/inpainter-records.jsonl docs/model-cards/inpainter-curve.svg --harmonic 17.63
 *
 * `--harmonic` is the hole PSNR, in dB, of harmonic filling on the pictures that validate.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

const { positionals, values } = parseArgs({
  options: { harmonic: { type: 'string' } },
  allowPositionals: true,
})
const [from, to] = positionals
const harmonic = Number(values.harmonic)
if (from === undefined || to === undefined || !Number.isFinite(harmonic)) {
  throw new SluiceError('usage', 'name the records, the picture to write, and --harmonic', {})
}
const points = readFileSync(from, 'utf8')
  .trim()
  .split('\n')
  .map((line): { step: number; validPsnr: number } => JSON.parse(line))
  .map(({ step, validPsnr }) => [step, validPsnr - harmonic])
const width = 560
const height = 260
const [left, right, top, bottom] = [48, 16, 20, 40]
const lastStep = Math.max(...points.map(([step = 0]) => step))
const most = Math.ceil(10 * Math.max(...points.map(([, gain = 0]) => gain))) / 10
const x = (step: number) => left + (step / lastStep) * (width - left - right)
const y = (gain: number) => top + (1 - gain / most) * (height - top - bottom)
const text = (at: readonly [number, number], words: string, anchor = 'middle') =>
  `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`
const levels = Array.from({ length: Math.round(most * 10) + 1 }, (_, i) => i / 10)
const grid = levels.map(
  (gain) =>
    `<line x1="${left}" x2="${width - right}" y1="${y(gain).toFixed(1)}" y2="${y(gain).toFixed(1)}" stroke="#8884"/>${text([left - 6, y(gain) + 4], gain.toFixed(1), 'end')}`,
)
const steps = Array.from({ length: Math.floor(lastStep / 1000) + 1 }, (_, i) => 1000 * i)
const ticks = steps.map((step) => text([x(step), height - bottom + 16], String(step)))
const line = points.map(([step = 0, gain = 0]) => `${x(step).toFixed(1)},${y(gain).toFixed(1)}`)
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#777">
<title>Hole PSNR on validation pictures above harmonic filling, in dB, by training steps</title>
${grid.join('\n')}
${ticks.join('\n')}
${text([(left + width - right) / 2, height - 6], 'steps')}
${text([left, 12], 'dB above harmonic filling, validation pictures', 'start')}
<polyline points="${line.join(' ')}" fill="none" stroke="#2a78d6" stroke-width="2"/>
</svg>
`,
)
