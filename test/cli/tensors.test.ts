import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compile,
  type NamedTensors,
  Random,
  reference,
  spatioTemporalGatedConvNet,
  tensor,
} from 'sluice'
import { readSafetensors, writeSafetensors } from 'sluice/formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonLines, sluice } from './sluiceCommand.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const clip = [3, 4, 6, 6] as const
const classes = 3
const model = spatioTemporalGatedConvNet({ classes, widths: [4, 5] })
let weights: NamedTensors

/** Numbers around zero, the same for the same name. */
function numbers(name: string, count: number): Float32Array {
  const random = new Random(7, name)
  return Float32Array.from({ length: count }, () => random.uniform(-0.3, 0.3))
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-tensors-'))
  const features = 5 * 4 * 6 * 6
  const shapes: readonly (readonly [string, readonly number[]])[] = [
    ...[1, 2].flatMap((k) => {
      const [inChannels, outChannels] = k === 1 ? [3, 4] : [4, 5]
      return ['spatial_conv', 'temporal_conv'].flatMap(
        (branch): (readonly [string, readonly number[]])[] => [
          [`gated_conv${k}.${branch}.weight`, [outChannels, inChannels, 3, 3, 3]],
          [`gated_conv${k}.${branch}.bias`, [outChannels]],
        ],
      )
    }),
    ['fc1.weight', [classes, features]],
    ['fc1.bias', [classes]],
  ]
  weights = new Map(
    shapes.map(([name, shape]) => {
      const count = shape.reduce((a, b) => a * b, 1)
      return [name, tensor(shape, numbers(name, count))]
    }),
  )
  writeFileSync(at('weights.safetensors'), writeSafetensors(weights))
  const input = tensor([5, ...clip], numbers('input', 5 * 3 * 4 * 6 * 6))
  writeFileSync(at('in.safetensors'), writeSafetensors(new Map([['input', input]])))
})
afterAll(() => rmSync(folder, { recursive: true }))

const size = ['--frames', '4', '--size', '6']

describe('convert', () => {
  it('recognises the network and says what it assumed', () => {
    const args = ['convert', 'weights.safetensors', '-o', 'model.safetensors', ...size]
    const { status, stdout } = sluice([...args, '--classes', 'run,jump,wave'], folder)
    expect(status).toBe(0)
    expect(stdout).toContain('recognised SpatioTemporalGatedConvNet')
    expect(stdout).toContain('10 frames per second')
    const [inspected] = jsonLines(sluice(['inspect', 'model.safetensors', '--json'], folder).stdout)
    expect(inspected).toMatchObject({
      classes: ['run', 'jump', 'wave'],
      inputShape: [1, ...clip],
      preprocessing: { frames: 4, size: 6, fps: 10 },
    })
  })
  it('wants as many names as there are classes', () => {
    const args = ['convert', 'weights.safetensors', '-o', 'other.safetensors', ...size]
    const { status, stderr } = sluice([...args, '--classes', 'run,jump'], folder)
    expect(status).toBe(2)
    expect(stderr).toContain('3 names')
  })
  it('names a tensor that is missing', () => {
    const few = new Map(weights)
    few.delete('gated_conv2.temporal_conv.bias')
    writeFileSync(at('few.safetensors'), writeSafetensors(few))
    const args = ['convert', 'few.safetensors', '-o', 'other.safetensors', ...size]
    const { status, stderr } = sluice(args, folder)
    expect(status).toBe(1)
    expect(stderr).toContain('gated_conv2.temporal_conv.bias')
  })
  it('refuses a file that is something else', () => {
    writeFileSync(at('text.pt'), 'hello')
    expect(sluice(['convert', 'text.pt', '-o', 'other.safetensors'], folder).status).toBe(1)
  })
})

describe('run', () => {
  it('gives the logits of the float64 reference, for as many clips as the file has', async () => {
    const args = ['run', 'model.safetensors', 'in.safetensors', '-o', 'out.safetensors']
    expect(sluice(args, folder).status).toBe(0)
    const bytes = new Uint8Array(readFileSync(at('out.safetensors')))
    const { tensors } = readSafetensors(bytes, 'out')
    const output = tensors.get('output')
    expect(output).toMatchObject({ dtype: 'float32', shape: [5, classes] })
    const session = compile(model, { device: reference(), input: [5, ...clip], weights })
    const input = numbers('input', 5 * 3 * 4 * 6 * 6)
    const expected = (await session.run({ input })).output?.data ?? new Float32Array()
    let difference = 0
    let norm = 0
    expected.forEach((value, i) => {
      difference += (value - Number(output?.data[i])) ** 2
      norm += value ** 2
    })
    expect(norm).toBeGreaterThan(0)
    expect(Math.sqrt(difference / norm)).toBeLessThan(1e-5)
  })
  it('says which tensor it looks for', () => {
    const args = ['run', 'model.safetensors', 'weights.safetensors', '-o', 'out2.safetensors']
    const { status, stderr } = sluice(args, folder)
    expect(status).toBe(1)
    expect(stderr).toContain('there is no tensor "input"')
  })
  it('refuses clips of a size that the weights do not fit', () => {
    const input = tensor([1, 3, 4, 8, 8])
    writeFileSync(at('large.safetensors'), writeSafetensors(new Map([['input', input]])))
    const args = ['run', 'model.safetensors', 'large.safetensors', '-o', 'out3.safetensors']
    const { status, stderr } = sluice(args, folder)
    expect(status).toBe(1)
    expect(stderr).toContain('fc1.weight')
  })
})

describe('inspect', () => {
  it('lists the tensors of a file that is no model of ours', () => {
    const { status, stdout } = sluice(['inspect', 'weights.safetensors'], folder)
    expect(status).toBe(0)
    expect(stdout).toContain('10 tensors')
    expect(stdout).toMatch(/fc1\.weight +float32 +\[3, 720\]/)
  })
})
