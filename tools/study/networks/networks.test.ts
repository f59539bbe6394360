import { compile, moduleFromDescription, Random, tensor } from 'sluice'
import { wasm } from 'sluice/wasm'
import { describe, expect, it } from 'vitest'
import { allTasks } from '../allTasks.ts'
import { contestants } from '../runs/planStudy.ts'
import { costModel } from './costModel.ts'
import { costsOf, equalWidths, TOLERANCE } from './equalWidths.ts'
import { fillNetwork } from './fillNetwork.ts'
import { VARIANTS } from './variant.ts'

describe('networks of equal cost', () => {
  it.each(allTasks.map((task) => [task.name, task] as const))(
    '%s: every variant has the gated parameters and multiply-adds within 2 %%',
    (_, task) => {
      const [gated, ...others] = contestants(task)
      expect(others).toHaveLength(task.variants.length - 1)
      for (const { variant, widths, costs } of others) {
        expect(costs).toEqual(costsOf(task.build(variant, widths), task.input))
        for (const name of ['parameters', 'multiplyAdds'] as const) {
          const ratio = costs[name] / (gated?.costs[name] ?? 0)
          expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(TOLERANCE)
        }
      }
    },
  )

  it('are foretold exactly', () => {
    const input = [1, 4, 16, 16]
    const at = (widths: readonly number[]) => costsOf(fillNetwork('gated', widths), input)
    const foretold = costModel(at, 3)
    for (const widths of [
      [1, 1, 1],
      [7, 3, 12],
      [5, 16, 2],
    ]) {
      expect(foretold(widths)).toEqual(at(widths))
    }
  })

  it('that there are not are an error', () => {
    const search = {
      base: [4, 4],
      input: [1, 4, 8, 8],
      wanted: { parameters: 10, multiplyAdds: 10 },
      names: ['parameters', 'multiplyAdds'] as const,
    }
    expect(() => equalWidths((widths) => fillNetwork('plain', widths), search)).toThrow(/2 %/)
  })
})

describe('the small inpainter', () => {
  it.each(VARIANTS)('%s paints without a look at what the hole hides', async (variant) => {
    const device = await wasm({ threads: 1 })
    try {
      const model = moduleFromDescription(fillNetwork(variant, [4, 6, 8]).describe())
      const shape = [1, 4, 16, 16]
      const random = new Random(3)
      const shown = Float32Array.from({ length: 1024 }, () => random.uniform(-1, 1))
      const hole = (at: number) => at % 16 >= 5 && at % 16 < 11 && Math.floor(at / 16) % 16 >= 6
      for (let at = 0; at < 256; at++) shown[768 + at] = hole(at) ? 1 : 0
      using session = compile(model, { device, input: shape, seed: 1 })
      const paint = async (data: Float32Array) =>
        (await session.run({ input: tensor(shape, data) })).output
      const first = await paint(shown)
      expect(first?.shape).toEqual([1, 3, 16, 16])
      const hidden = shown.map((value, at) => (at < 768 && hole(at % 256) ? 50 : value))
      expect(await paint(hidden)).toEqual(first)
      const beside = shown.map((value, at) => (at === 0 ? value + 1 : value))
      expect(await paint(beside)).not.toEqual(first)
    } finally {
      await device.dispose()
    }
  })
})
