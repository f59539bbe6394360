import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import {
  conv2d,
  deepFillV2,
  gatedConv2d,
  type HostTensor,
  inpainter,
  tensor,
  writeModelFile,
} from 'sluice'
import { readSafetensors, writeSafetensors } from 'sluice/formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonLines, sluice } from './sluiceCommand.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/deepFill/${name}`, import.meta.url))

let folder = ''
const at = (name: string): string => join(folder, name)
const image = tensor(
  [2, 3, 3, 5],
  Float32Array.from({ length: 90 }, (_, i) => i / 90),
)
const mask = tensor(
  [2, 1, 3, 5],
  Float32Array.from({ length: 30 }, (_, i) => i % 2),
)

function write(name: string, tensors: Readonly<Record<string, HostTensor>>): string {
  writeFileSync(at(name), writeSafetensors(new Map(Object.entries(tensors))))
  return name
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-filling-'))
  // Gives every colour back with the mask added.
  const model = inpainter(conv2d(4, 3, { kernelSize: 1 }), { multipleOf: 4, receptiveField: 1 })
  const passing = tensor([3, 4, 1, 1], [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1])
  const weights = new Map([
    ['weight', passing],
    ['bias', tensor([3])],
  ])
  writeFileSync(at('model.safetensors'), writeModelFile({ model, weights, classes: [] }))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('convert of DeepFill v2', () => {
  it('takes the generator out of a whole checkpoint, and says what it is', () => {
    const args = ['convert', fixture('checkpoint.pth'), '-o', 'port.safetensors']
    const { status, stdout } = sluice(args, folder)
    expect(stdout).toMatch(/under the key "G"/)
    expect(stdout).toMatch(/recognised the generator of DeepFill v2: 42 convolutions/)
    expect(stdout).toMatch(/PyTorch layout/)
    expect(stdout).toMatch(/research and education only/)
    expect(status).toBe(0)
  })

  it.each([
    [[], false],
    [['--fuse', 'on'], true],
    [['--fuse', 'off', '--bgr'], false],
  ])('takes bare weights of the TensorFlow layout with %o', (options, fuse) => {
    const args = ['convert', fixture('tensorflow-layout.pth'), '-o', 'tf.safetensors', '--json']
    const { status, stdout } = sluice([...args, ...options], folder)
    expect(status).toBe(0)
    const flavour = { padding: 'tf', downsampling: 'tf', fuse, width: 2 } as const
    expect(jsonLines(stdout)[0]).toMatchObject({ model: deepFillV2(flavour).describe() })
  })

  it.each([
    ['--classes', ['a,b']],
    ['--fps', ['10']],
    ['--causal', []],
  ])('refuses %s, which is of clips', (option, values) => {
    const args = ['convert', fixture('checkpoint.pth'), '-o', 'port.safetensors', option, ...values]
    const { status, stderr } = sluice(args, folder)
    expect(stderr).toMatch(new RegExp(`${option} does not apply`))
    expect(status).toBe(2)
  })

  it('refuses model files, whose layout their names no longer tell', () => {
    const args = ['convert', 'model.safetensors', '-o', 'again.safetensors']
    const { status, stderr } = sluice(args, folder)
    expect(stderr).toMatch(/a model file of Sluice already/)
    expect(status).toBe(2)
  })

  it('knows no third way of fusing', () => {
    const args = ['convert', fixture('checkpoint.pth'), '-o', 'port.safetensors', '--fuse', 'maybe']
    expect(sluice(args, folder)).toMatchObject({ status: 2 })
  })
})

describe('inspect of a network that fills holes', () => {
  const small = gatedConv2d(4, 3, { kernelSize: 3, padding: 1 })
  const gated = inpainter(small, { multipleOf: 4, receptiveField: 3 })

  beforeAll(async () => {
    // The gate is shut where the mask is 1 and open elsewhere; features are nothing.
    const gateWeight = tensor([3, 4, 3, 3])
    for (const centre of [3, 7, 11]) gateWeight.data[centre * 9 + 4] = -8
    const weights = new Map([
      ['feature.weight', tensor([3, 4, 3, 3])],
      ['feature.bias', tensor([3])],
      ['gate.weight', gateWeight],
      ['gate.bias', tensor([3], [4, 4, 4])],
    ])
    writeFileSync(at('gated.safetensors'), writeModelFile({ model: gated, weights, classes: [] }))
    const [width, height] = [70, 50]
    const photo = sharp({ create: { width, height, channels: 3, background: '#4a7' } })
    await photo.png().toFile(at('photo.png'))
    const hole = { create: { width: 20, height: 10, channels: 3, background: '#fff' } } as const
    const white = await sharp(hole).png().toBuffer()
    const black = sharp({ create: { width, height, channels: 3, background: '#000' } })
    await black
      .composite([{ input: white, left: 30, top: 20 }])
      .png()
      .toFile(at('mask.png'))
    await sharp({ create: { width, height, channels: 3, background: '#000' } })
      .png()
      .toFile(at('black.png'))
    const blank = sharp({ create: { width, height, channels: 3, background: '#fff' } })
    await blank.png().toFile(at('white.png'))
  })

  it('draws how gates close a hole, and says how open they are there', () => {
    const args = ['inspect', 'gated.safetensors', '--gates', 'photo.png', '--mask', 'mask.png']
    const { status, stdout } = sluice([...args, '-o', 'g.html', '-o', 'g.png', '--json'], folder)
    expect(status).toBe(0)
    const open = 1 / (1 + Math.exp(-4))
    const hole = { inside: expect.closeTo(1 - open, 2), around: expect.closeTo(open, 2) }
    const layers = [{ op: 'gatedConv', hole }]
    expect(jsonLines(stdout)[0]).toMatchObject({ size: [72, 52], layers })
    expect(readFileSync(at('g.html'), 'utf8')).toMatch(
      /How the hole closes[\s\S]*0\.018 in the hole, 0\.982 around/,
    )
    expect([...readFileSync(at('g.png')).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
  })

  it('shows layers and memory for a usual picture', () => {
    const { status, stdout } = sluice(['inspect', 'gated.safetensors'], folder)
    expect(stdout).toMatch(/\[1, 4, 256, 256\]/)
    expect(status).toBe(0)
  })

  it.each([
    [['--gates', 'photo.png'], /looks at photos, not clips[\s\S]*--mask/],
    [['--mask', 'mask.png'], /--mask needs something to look at[\s\S]*--gates <photo>/],
    [['--cam', 'photo.png', '--mask', 'mask.png'], /--mask is an option of --gates/],
    [['--gates', 'photo.png', '--mask', 'photo.txt'], /photo\.txt/],
    [['--gates', 'photo.png', '--mask', 'black.png'], /black\.png: the mask is empty/],
    [['--gates', 'photo.png', '--mask', 'white.png'], /white\.png: the hole is the whole picture/],
  ])('refuses %o', (options, message) => {
    const { status, stderr } = sluice(['inspect', 'gated.safetensors', ...options], folder)
    expect(stderr).toMatch(message)
    expect(status).not.toBe(0)
  })
})

describe('run of a network that fills holes', () => {
  it('takes pictures and masks of any size and number', () => {
    write('in.safetensors', { image, mask })
    const args = ['run', 'model.safetensors', 'in.safetensors', '-o', 'out.safetensors']
    const { status, stdout } = sluice(args, folder)
    expect(stdout).toMatch(
      /output float32 \[2, 3, 3, 5\] from image \[2, 3, 3, 5\] and mask \[2, 1, 3, 5\]/,
    )
    expect(status).toBe(0)
    const { tensors } = readSafetensors(readFileSync(at('out.safetensors')), 'out')
    const output = tensors.get('output')
    expect(output?.shape).toEqual([2, 3, 3, 5])
    const expected = image.data.map((value, i) => {
      const at = Math.floor(i / 45) * 15 + (i % 15)
      return value + (mask.data[at] as number)
    })
    Array.from(output?.data ?? [], Number).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6)
    })
  })

  it.each<[string, Readonly<Record<string, HostTensor>>, RegExp]>([
    ['the mask', { image }, /no tensor "mask"[\s\S]*\[N, 1, H, W\][\s\S]*received: image/],
    ['its own name', { input: image, mask }, /no tensor "image"[\s\S]*received: input, mask/],
    [
      'float32',
      { image: { ...image, dtype: 'float64', data: Float64Array.from(image.data) }, mask },
      /"image" must be float32/,
    ],
    [
      'three colours',
      { image: tensor([1, 4, 2, 2]), mask: tensor([1, 1, 2, 2]) },
      /"image" holds no pictures[\s\S]*\[1, 4, 2, 2\]/,
    ],
    [
      'a mask as large',
      { image, mask: tensor([2, 1, 5, 3]) },
      /not as large[\s\S]*\[2, 1, 3, 5\][\s\S]*\[2, 1, 5, 3\]/,
    ],
    [
      'a mask for each picture',
      { image, mask: tensor([1, 1, 3, 5]) },
      /not as large[\s\S]*\[2, 1, 3, 5\]/,
    ],
    [
      'a mask from 0 to 1',
      { image, mask: tensor([2, 1, 3, 5], new Float32Array(30).fill(255)) },
      /"mask"[\s\S]*received: 255[\s\S]*divide by 255/,
    ],
    [
      'colours from -1 to 1',
      { image: tensor([2, 3, 3, 5], new Float32Array(90).fill(200)), mask },
      /"image"[\s\S]*received: 200[\s\S]*127\.5/,
    ],
    [
      'numbers',
      { image, mask: tensor([2, 1, 3, 5], new Float32Array(30).fill(Number.NaN)) },
      /"mask"[\s\S]*NaN/,
    ],
  ])('is refused without %s', (_, tensors, message) => {
    write('wrong.safetensors', tensors)
    const args = ['run', 'model.safetensors', 'wrong.safetensors', '-o', 'not.safetensors']
    const { status, stderr } = sluice(args, folder)
    expect(stderr).toMatch(message)
    expect(status).toBe(1)
  })
})
