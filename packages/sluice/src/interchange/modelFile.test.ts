import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { readPreprocessing } from '../data/clips/preprocessing.ts'
import { compile, readWeights } from '../engine/runtime/compile.ts'
import { readSafetensors } from '../formats/safetensors/readSafetensors.ts'
import { writeSafetensors } from '../formats/safetensors/writeSafetensors.ts'
import { type NamedTensors, tensor } from '../foundation/hostTensor.ts'
import { clipClassifier } from '../models/clipClassifier.ts'
import { type ModelFile, readModelFile, writeModelFile } from './modelFile.ts'

const model = clipClassifier({ classes: 2, width: 2, depth: [1] })
const input = [3, 2, 8, 8]
const weights = readWeights(compile(model, { device: reference(), input: [1, ...input] }))
const file: ModelFile = {
  model,
  weights,
  classes: ['run', 'jump – über'],
  input,
  preprocessing: { frames: 2, fps: 10, size: 8, mean: [0, 0, 0], std: [1, 1, 1], resize: 'crop' },
  training: { seed: 1, bestAccuracy: 1 / 3 },
}
const bytes = writeModelFile(file)
const read = (content: Uint8Array) => readModelFile(content, 'm.safetensors', readPreprocessing)

/** The file with its tensors or one entry of its metadata changed. */
function changed(
  change: (tensors: NamedTensors) => void,
  metadata: Record<string, string> = {},
): Uint8Array {
  const whole = readSafetensors(bytes, 'test')
  change(whole.tensors)
  return writeSafetensors(whole.tensors, { ...whole.metadata, ...metadata })
}
const withMetadata = (key: string, value: string) => changed(() => {}, { [key]: value })

describe('a model file', () => {
  it('comes back as it went, and is written to the same bytes again', () => {
    const again = read(bytes)
    expect({ ...again, model: again.model.describe() }).toEqual({
      ...file,
      model: model.describe(),
    })
    expect(writeModelFile(again)).toEqual(bytes)
  })

  it('computes what the model computed', async () => {
    const device = reference()
    const shape = [1, ...input]
    const clip = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i))
    const run = async (one: ModelFile) =>
      (
        await compile(one.model, { device, input: shape, weights: one.weights }).run({
          input: clip,
        })
      ).output
    expect(await run(read(bytes))).toEqual(await run(file))
  })

  it('is read without knowing how clips become inputs, which then is plain data', () => {
    expect(readModelFile(bytes).preprocessing).toEqual(file.preprocessing)
    expect(() => readModelFile(bytes.subarray(0, 40))).toThrow(/model file/)
  })

  it('may leave out what is not known', () => {
    const bare = read(writeModelFile({ model, weights, classes: [] }))
    expect(Object.keys(bare).sort()).toEqual(['classes', 'model', 'weights'])
  })

  it('is not written with weights of another model', () => {
    const other = clipClassifier({ classes: 3, width: 2, depth: [1] })
    expect(() => writeModelFile({ ...file, model: other })).toThrow(/head\.weight/)
  })

  it('of a newer version is refused by saying so', () => {
    expect(() => read(withMetadata('sluice.version', '2'))).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/newer Sluice/),
      }),
    )
  })

  it('that is only tensors is sent to convert', () => {
    expect(() => read(writeSafetensors(weights))).toThrow(/m\.safetensors: .*[\s\S]*sluice convert/)
  })

  it('with a tensor missing, misshapen or too many is refused by name', () => {
    expect(() => read(changed((tensors) => tensors.delete('head.bias')))).toThrow(
      /m\.safetensors: .*parameter "head\.bias"/,
    )
    expect(() => read(changed((tensors) => tensors.set('head.bias', tensor([3]))))).toThrow(
      /"head\.bias"[\s\S]*\[2\][\s\S]*\[3\]/,
    )
    expect(() => read(changed((tensors) => tensors.set('extra', tensor([1]))))).toThrow(/"extra"/)
  })

  it('that asks for millions of layers or levels in a few bytes is refused at once', () => {
    const levels = `{"type":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
    expect(() => read(withMetadata('sluice.model', levels))).toThrow(/too deeply/)
    const layers = JSON.stringify({ ...model.describe(), depth: [1 << 24] })
    expect(() => read(withMetadata('sluice.model', layers))).toThrow(/too many layers/)
  })

  it.each([
    ['sluice.model', '{'],
    ['sluice.model', '{"type":"process"}'],
    ['sluice.model', '{"type":"clipClassifier"}'],
    ['sluice.classes', '[1]'],
    ['sluice.classes', '{}'],
    ['sluice.input', '[3, 1e9, 8, 8]'],
    ['sluice.input', '"3"'],
    ['sluice.preprocessing', '{"frames": 0}'],
    ['sluice.training', '[]'],
  ])('with a broken %s (%s) is refused', (key, value) => {
    expect(() => read(withMetadata(key, value))).toThrow(/m\.safetensors/)
  })
})
