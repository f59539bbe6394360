import { describe, expect, it } from 'vitest'
import { tensor } from '../../foundation/hostTensor.ts'
import { noAugmentation, readAugmentation } from '../augment/augmentation.ts'
import { counterpartLabels } from '../augment/counterparts.ts'
import type { TensorPreprocessing } from '../clips/preprocessing.ts'
import { tensorClip } from '../clips/tensorClip.ts'
import { makeTrainingClip } from './makeClips.ts'

const classes = ['left', 'right', 'wave', 'open', 'close', 'still']
const preprocessing: TensorPreprocessing = {
  ...{ kind: 'tensor', channels: 1, frames: 2, height: 1, width: 3, mean: [0], std: [1] },
}
/** Two steps of three pixels. */
const clip = tensorClip(tensor([2, 1, 3], [1, 2, 3, 4, 5, 6]), 'DHW', 'm')
const asStored = '1,2,3,4,5,6'
const mirrored = '3,2,1,6,5,4'
const reversed = '4,5,6,1,2,3'
const both = '6,5,4,3,2,1'

/** What becomes of a class in 200 clips: values and label, with how often. */
function outcomes(name: string, augmentation: unknown): Map<string, number> {
  const recipe = { preprocessing, augmentation: readAugmentation(augmentation), seed: 5, classes }
  const seen = new Map<string, number>()
  for (let sample = 0; sample < 200; sample++) {
    const place = { epoch: 1, sample }
    const { values, label } = makeTrainingClip(clip, classes.indexOf(name), recipe, place)
    const key = `${values.join()} ${classes[label]}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  return seen
}

describe('mirroring', () => {
  const mirror = [
    ['left', 'right'],
    ['wave', 'wave'],
  ]

  it('makes a class its counterpart in half of the clips', () => {
    const seen = outcomes('left', { mirror })
    expect([...seen.keys()].sort()).toEqual([`${asStored} left`, `${mirrored} right`])
    expect(seen.get(`${mirrored} right`)).toBeGreaterThan(70)
    expect(seen.get(`${mirrored} right`)).toBeLessThan(130)
    expect([...outcomes('right', { mirror }).keys()]).toContain(`${mirrored} left`)
  })

  it('leaves a symmetric class what it is, and a class without a counterpart as it was', () => {
    expect([...outcomes('wave', { mirror }).keys()].sort()).toEqual([
      `${asStored} wave`,
      `${mirrored} wave`,
    ])
    expect([...outcomes('still', { mirror }).keys()]).toEqual([`${asStored} still`])
    expect([...outcomes('left', {}).keys()]).toEqual([`${asStored} left`])
  })
})

describe('reversal', () => {
  const reverse = [['open', 'close']]

  it('makes a class its counterpart, alone and together with mirroring', () => {
    expect([...outcomes('open', { reverse }).keys()].sort()).toEqual([
      `${asStored} open`,
      `${reversed} close`,
    ])
    const together = outcomes('open', {
      reverse,
      mirror: [
        ['open', 'open'],
        ['close', 'close'],
      ],
    })
    expect([...together.keys()].sort()).toEqual([
      `${asStored} open`,
      `${mirrored} open`,
      `${reversed} close`,
      `${both} close`,
    ])
  })

  it('does not happen to a class that mirroring made one without a counterpart', () => {
    const seen = outcomes('left', { mirror: [['left', 'right']], reverse: [['left', 'left']] })
    expect([...seen.keys()].sort()).toEqual([
      `${asStored} left`,
      `${mirrored} right`,
      `${reversed} left`,
    ])
  })
})

describe('speed', () => {
  it('shows more or less of a recording, within the strength, the same for the same seed', () => {
    const long = tensorClip(
      tensor(
        [100],
        Float32Array.from({ length: 100 }, (_, i) => i),
      ),
      'D',
      'm',
    )
    const view = { ...preprocessing, frames: 10, width: 1 }
    const spans = new Set<number>()
    for (let sample = 0; sample < 100; sample++) {
      const recipe = { ...{ preprocessing: view, seed: 2, classes } }
      const make = (speed: number) =>
        makeTrainingClip(
          long,
          0,
          { ...recipe, augmentation: { ...noAugmentation, speed } },
          {
            ...{ epoch: 0, sample },
          },
        ).values
      const values = make(0.5)
      expect(make(0.5)).toEqual(values)
      spans.add((values[9] ?? 0) - (values[0] ?? 0))
      expect((make(0)[9] ?? 0) - (make(0)[0] ?? 0)).toBe(9)
    }
    expect(Math.min(...spans)).toBe(6)
    expect(Math.max(...spans)).toBeGreaterThanOrEqual(13)
    expect(Math.max(...spans)).toBeLessThanOrEqual(14)
  })
})

describe('counterparts', () => {
  it('must be classes, and each have one', () => {
    expect([...counterpartLabels([['left', 'right']], classes, 'mirror')]).toEqual([
      1, 0, -1, -1, -1, -1,
    ])
    expect(() => counterpartLabels([['left', 'up']], classes, '--mirror')).toThrow(
      /--mirror names a class[\s\S]*received: up/,
    )
    const twice = {
      mirror: [
        ['left', 'right'],
        ['left', 'wave'],
      ],
    }
    expect(() => readAugmentation(twice)).toThrow(/"left" has two counterparts/)
    expect(() => readAugmentation({ reverse: [['a']] })).toThrow(
      /augmentation\.reverse.*counterpart/,
    )
  })

  it('come back from JSON as they were, with names no object could hold', () => {
    const augmentation = { ...noAugmentation, mirror: [['__proto__', 'right']] as const }
    expect(readAugmentation(JSON.parse(JSON.stringify(augmentation)))).toEqual(augmentation)
  })
})
