import { describe, expect, it } from 'vitest'
import { Random } from '../foundation/random.ts'
import { type ClipSource, clipDataset, countPerClass, type Split } from './dataset.ts'
import { classesWithout, dividedGroups, splitByFraction } from './splitting.ts'

/** Clips as class, group and how many. */
function grouped(rows: readonly (readonly [string, string, number])[]) {
  return clipDataset(
    rows.flatMap(([className, group, count]) =>
      Array.from({ length: count }, (_, i) => ({
        ...{ path: `${className}/${group}${i}.mp4`, className, group },
      })),
    ),
  )
}

const groupsOf = (items: readonly ClipSource[]) => new Set(items.map(({ group }) => group))

describe('splitByFraction with groups', () => {
  it('never divides a group, whatever sizes and classes groups have', () => {
    for (let round = 0; round < 200; round++) {
      const random = new Random(3, 'groups', round)
      const rows = Array.from({ length: 2 + random.integer(20) }, () => {
        const className = 'abcd'[random.integer(4)] ?? 'a'
        return [className, `g${random.integer(8)}`, 1 + random.integer(9)] as const
      })
      const unique = [...new Map(rows.map((row) => [row.slice(0, 2).join(), row])).values()]
      const dataset = grouped(unique)
      const { kept, held } = splitByFraction(dataset, 0.3, round)
      expect(kept.items.length + held.items.length).toBe(dataset.items.length)
      const [left, right] = [groupsOf(kept.items), groupsOf(held.items)]
      expect(
        [...left].filter((group) => right.has(group)),
        `round ${round}`,
      ).toEqual([])
      // No class may be left without anything to learn from.
      expect(classesWithout(kept), `round ${round}`).toEqual([])
    }
  })

  it('comes near the part that was asked for', () => {
    const rows = ['a', 'b'].flatMap((className) =>
      Array.from({ length: 20 }, (_, i) => [className, `g${i}`, 5] as const),
    )
    const { held } = splitByFraction(grouped(rows), 0.2, 1)
    expect(countPerClass(held)).toEqual([20, 20])
    expect(groupsOf(held.items).size).toBe(4)
  })

  it('keeps a class whole that has one group, and holds out one of two', () => {
    const { kept, held } = splitByFraction(
      grouped([
        ['a', 'x', 9],
        ['b', 'y', 2],
        ['b', 'z', 3],
      ]),
      0.2,
      0,
    )
    expect(countPerClass(kept)[0]).toBe(9)
    expect(groupsOf(held.items).size).toBe(1)
    expect(classesWithout(held)).toEqual(['a'])
  })

  it('stays quick with many classes and groups', () => {
    const entries = Array.from({ length: 40_000 }, (_, i) => ({
      ...{ path: `${i}.mp4`, className: `class${i % 400}`, group: `g${i % 9000}` },
    }))
    const start = performance.now()
    splitByFraction(clipDataset(entries), 0.2, 0)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})

describe('dividedGroups', () => {
  it('names groups that a data set puts on both sides', () => {
    const entry = (path: string, group: string, split: Split) => ({
      path,
      className: 'a',
      group,
      split,
    })
    const dataset = clipDataset([
      entry('1', 'anna', 'train'),
      entry('2', 'anna', 'test'),
      entry('3', 'ben', 'train'),
      entry('4', 'ben', 'train'),
    ])
    expect([...dividedGroups(dataset)]).toEqual([['anna', ['train', 'test']]])
  })
})
