import { tensor } from 'sluice'
import { statisticsOf, tensorClip } from 'sluice/data'
import { describe, expect, it } from 'vitest'
import { GridCensus } from './gridCensus.ts'

const clip = (channels: number, steps: number, value = 0) => {
  const length = channels * steps
  const values = Float32Array.from({ length }, (_, i) => value + (i % 2))
  const made = tensorClip(tensor([channels, steps], values), 'CD', 'm')
  return { ...made, statistics: statisticsOf(made) }
}

describe('GridCensus', () => {
  it('takes the grid of most clips, and names the others', () => {
    const census = new GridCensus()
    census.add('a', clip(2, 4))
    census.add('b', clip(3, 4))
    census.add('c', clip(2, 6))
    expect([...census.misfits()]).toEqual([
      ['b', '3 channels of 1×1, where most clips have 2 channels of 1×1'],
    ])
    expect(census.lengths()).toBe('4 to 6 steps')
  })

  it('holds to the grid of a model', () => {
    const census = new GridCensus({ channels: 3, height: 1, width: 1 })
    census.add('a', clip(2, 4))
    expect(census.misfits().get('a')).toMatch(/the model sees 3 channels/)
  })

  it('measures on the clips it is told, in their order, whatever order they were read in', () => {
    const items = ['a', 'b'].map((path) => ({ path, label: 0 }))
    const measured = (paths: readonly string[]) => {
      const census = new GridCensus()
      for (const path of paths) census.add(path, clip(1, 4, path === 'a' ? 1e-3 : 7.7))
      census.add('valid', clip(1, 9, 1000))
      return census.preprocessing(items, { frames: null })
    }
    expect(measured(['a', 'b'])).toEqual(measured(['b', 'a']))
    expect(measured(['a', 'b'])).toMatchObject({ frames: 4, channels: 1 })
    expect(measured(['a', 'b']).mean[0]).toBeCloseTo((1e-3 + 7.7) / 2 + 0.5, 6)
  })
})
