import { describe, expect, it } from 'vitest'
import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import { elementCount } from '../foundation/shape.ts'
import { gatedFill } from './gatedFill.ts'
import { isInpainter } from './inpainter.ts'
import { moduleFromDescription } from './moduleFromDescription.ts'

const parametersOf = (model: ReturnType<typeof gatedFill>) =>
  [...inferenceGraph(model, [1, 4, 32, 32]).variables.values()].reduce(
    (sum, { value }) => sum + elementCount(value.shape),
    0,
  )

describe('the inpainter that Sluice brings along', () => {
  it('fits into 4 MB in half precision', () => {
    expect(parametersOf(gatedFill())).toBe(1_105_726)
  })

  it('makes pictures of the size that came in', () => {
    const { outputs } = inferenceGraph(gatedFill(), [2, 4, 48, 80])
    expect(outputs.get('output')?.shape).toEqual([2, 3, 48, 80])
  })

  it('has a name for each of its gates, by which they are shown', () => {
    const { nodes } = inferenceGraph(gatedFill(), [1, 4, 32, 32])
    const gates = nodes.filter(({ attributes }) => attributes.gateActivation === 'sigmoid')
    expect(gates.map(({ path }) => path)).toContain('guesses')
    expect(new Set(gates.map(({ path }) => path)).size).toBe(gates.length)
    expect(gates.filter(({ path }) => path === '')).toEqual([])
  })

  it('is made again from its description', () => {
    const model = gatedFill({ channels: [4, 6, 8] })
    const again = moduleFromDescription(JSON.parse(JSON.stringify(model.describe())))
    expect(again.describe()).toEqual(model.describe())
    expect(isInpainter(again) && again.multipleOf).toBe(8)
    expect(isInpainter(again) && again.receptiveField).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([{ channels: [] }, { channels: [4, 0] }, { channels: [1.5] }])(
    'refuses %o',
    (options) => {
      expect(() => gatedFill(options)).toThrow(/gatedFill/)
    },
  )
})
