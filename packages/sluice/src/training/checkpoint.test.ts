import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../formats/safetensors/readSafetensors.ts'
import { writeSafetensors } from '../formats/safetensors/writeSafetensors.ts'
import { tensor } from '../foundation/hostTensor.ts'
import { type Checkpoint, readCheckpoint, requireSameRun, writeCheckpoint } from './checkpoint.ts'

const checkpoint: Checkpoint = {
  configuration: { seed: 3, optimizer: { type: 'sgd', momentum: 0.9 } },
  device: 'wasm-simd',
  trainer: {
    ...{ step: 12, batches: 25, accumulated: { batches: 1, weight: 2.5 } },
    variables: new Map([['w', tensor([2], [1, 2])]]),
  },
  progress: {
    epoch: 1,
    batch: 2,
    lossSum: 0.1 + 0.2,
    correct: 5,
    history: [
      {
        ...{ type: 'epoch', epoch: 1, step: 10, learningRate: 1e-3, trainLoss: 1 / 3 },
        ...{ trainAccuracy: 0.5, validLoss: 0.7, validAccuracy: 0.25 },
      },
    ],
    best: { epoch: 1, accuracy: 0.25, loss: 0.7 },
    bestWeights: new Map([['w', tensor([2], [3, 4])]]),
  },
}
const bytes = writeCheckpoint(checkpoint)

/** The same file with one entry of its metadata changed. */
function withMetadata(key: string, value: string): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes, 'test')
  return writeSafetensors(tensors, { ...metadata, [key]: value })
}

describe('a checkpoint', () => {
  it('comes back as it went, to the last bit', () => {
    expect(readCheckpoint(bytes, 'test')).toEqual(checkpoint)
    expect(writeCheckpoint(readCheckpoint(bytes, 'test'))).toEqual(bytes)
  })

  it('is refused when it is something else, of another version, or broken', () => {
    const read = (file: Uint8Array) => () => readCheckpoint(file, 'run/checkpoint')
    expect(read(writeSafetensors(new Map()))).toThrow(/run\/checkpoint: .*no checkpoint/)
    expect(read(withMetadata('sluice.checkpoint', '3'))).toThrow(/another version/)
    expect(read(withMetadata('sluice.progress', '{'))).toThrow(/no JSON/)
    expect(read(withMetadata('sluice.progress', '[]'))).toThrow(/not usable/)
    expect(read(withMetadata('sluice.progress', '{"history":[{}]}'))).toThrow(/not usable/)
    expect(read(bytes.slice(0, 40))).toThrow(/run\/checkpoint/)
  })

  it('goes on only with the options and kernels it was made with', () => {
    const { configuration, device } = checkpoint
    const reordered = { optimizer: { momentum: 0.9, type: 'sgd' }, seed: 3 }
    expect(() => requireSameRun(checkpoint, reordered, device)).not.toThrow()
    expect(() => requireSameRun(checkpoint, { ...configuration, seed: 4 }, device)).toThrow(
      /another seed[\s\S]*seed: 3[\s\S]*seed: 4/,
    )
    expect(() => requireSameRun(checkpoint, configuration, 'wasm-relaxed-simd')).toThrow(/kernels/)
  })
})
