import { describe, expect, it } from 'vitest'
import { reference } from '../backends/reference/referenceDevice.ts'
import { compile } from '../engine/runtime/compile.ts'
import { tensor } from '../foundation/hostTensor.ts'
import { flatten } from '../layers/flatten.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import { argmax } from './softmax.ts'
import { train } from './train.ts'

const device = reference()
const model = sequential([flatten(), linear(2)])
/** Rising (0) or falling (1) lines. */
const labels = Array.from({ length: 10 }, (_, i) => i % 2)
const inputs = tensor(
  [10, 1, 4],
  labels.flatMap((label, i) => [0, 1, 2, 3].map((t) => (label === 0 ? t : 3 - t) + i / 10)),
)

describe('train', () => {
  it('gives weights that compile takes and that tell the classes apart', async () => {
    const epochs: number[] = []
    const { weights, history, status } = await train(model, {
      device,
      clips: { inputs, labels },
      epochs: 20,
      batch: 4,
      learningRate: 0.1,
      onEpoch: ({ epoch }) => epochs.push(epoch),
    })
    expect(status).toBe('finished')
    expect(epochs).toHaveLength(20)
    expect(history.at(-1)?.step).toBe(20 * 3)
    const session = compile(model, { device, input: [1, 1, 4], weights })
    const { output } = await session.run({ input: Float32Array.of(0, 1, 2, 3) })
    expect(argmax(output?.data ?? [])).toBe(0)
  })

  it('refuses options and labels that would train something else', async () => {
    const attempt = (options: object, clips = { inputs, labels }) =>
      expect(train(model, { device, clips, ...options })).rejects
    await attempt({ batch: 0 }).toThrow(/train: batch must be/)
    await attempt({ epochs: Number.NaN }).toThrow(/train: epochs must be/)
    await attempt({ clipNorm: -1 }).toThrow(/clipNorm/)
    await attempt({ seed: 2 ** 32 }).toThrow(/seed is out of range/)
    for (const label of [-1, 0.5, 2, 2 ** 32]) {
      await attempt({}, { inputs, labels: [...labels.slice(1), label] }).toThrow(
        `a clip has the label ${label}`,
      )
    }
  })

  it('gives the same bits for the same seed', async () => {
    const once = (seed: number) =>
      train(model, { device, clips: { inputs, labels }, epochs: 2, seed })
    expect(await once(1)).toEqual(await once(1))
    expect((await once(1)).weights).not.toEqual((await once(2)).weights)
  })

  it('refuses clips and labels that do not go together', async () => {
    const clips = { inputs, labels: [0, 1] }
    await expect(train(model, { device, clips })).rejects.toThrow(/10, 1, 4.*2 labels/)
  })
})
