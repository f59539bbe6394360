import { describe, expect, it } from 'vitest'
import { clipDataset, countPerClass, itemsOf, relabel } from './dataset.ts'
import { splitByFraction } from './splitting.ts'

function entries(perClass: Record<string, number>) {
  return Object.entries(perClass).flatMap(([className, count]) =>
    Array.from({ length: count }, (_, i) => ({ path: `${className}/${i}.mp4`, className })),
  )
}

describe('clipDataset', () => {
  it('orders classes and items the same way, whatever order they came in', () => {
    const forward = clipDataset(entries({ run: 12, jump10: 2, jump9: 3 }))
    const backward = clipDataset(entries({ run: 12, jump10: 2, jump9: 3 }).reverse())
    expect(forward).toEqual(backward)
    expect(forward.classes).toEqual(['jump9', 'jump10', 'run'])
    expect(forward.items[3]).toEqual({ path: 'jump10/0.mp4', label: 1 })
    expect(countPerClass(forward)).toEqual([3, 2, 12])
  })

  it('keeps the splits it is told', () => {
    const dataset = clipDataset([
      { path: 'train/a/1.gif', className: 'a', split: 'train' },
      { path: 'test/a/1.gif', className: 'a', split: 'test' },
    ])
    expect(itemsOf(dataset, 'test').items.map((item) => item.path)).toEqual(['test/a/1.gif'])
    expect(itemsOf(dataset, 'valid').items).toEqual([])
  })
})

describe('splitByFraction', () => {
  const dataset = clipDataset(entries({ a: 40, b: 10, c: 2, d: 1 }))

  it('holds out the same part of every class and loses nobody', () => {
    const { kept, held } = splitByFraction(dataset, 0.2, 5)
    expect(countPerClass(held)).toEqual([8, 2, 1, 0])
    expect(countPerClass(kept)).toEqual([32, 8, 1, 1])
    const paths = [...kept.items, ...held.items].map((item) => item.path)
    expect(new Set(paths).size).toBe(dataset.items.length)
  })

  it('is decided by the seed', () => {
    const held = (seed: number) =>
      splitByFraction(dataset, 0.2, seed).held.items.map((item) => item.path)
    expect(held(5)).toEqual(held(5))
    expect(held(5)).not.toEqual(held(6))
  })

  it('does not depend on the order of items or on other classes', () => {
    const held = splitByFraction(dataset, 0.2, 5).held.items.map((item) => item.path)
    const turned = { ...dataset, items: [...dataset.items].reverse() }
    const heldTurned = splitByFraction(turned, 0.2, 5).held.items.map((item) => item.path)
    expect(heldTurned.sort()).toEqual([...held].sort())
    const more = clipDataset(entries({ a: 40, b: 10, c: 2, d: 1, e: 9 }))
    const heldMore = splitByFraction(more, 0.2, 5).held.items.map((item) => item.path)
    expect(heldMore.filter((path) => !path.startsWith('e'))).toEqual(held)
  })

  it('takes at least one of a class for any fraction, and none for 0', () => {
    expect(countPerClass(splitByFraction(dataset, 0.01, 5).held)).toEqual([1, 1, 1, 0])
    expect(splitByFraction(dataset, 0, 5).held.items).toEqual([])
    expect(() => splitByFraction(dataset, 1, 5)).toThrow(/below 1/)
  })
})

describe('relabel', () => {
  it('speaks the numbers of a model', () => {
    const dataset = clipDataset(entries({ walk: 1, run: 1 }))
    expect(relabel(dataset, ['walk', 'sit', 'run']).items.map((item) => item.label)).toEqual([2, 0])
  })

  it('refuses classes that the model never learnt', () => {
    const dataset = clipDataset(entries({ walk: 1, fly: 1 }))
    expect(() => relabel(dataset, ['walk', 'sit'])).toThrow(/received: fly/)
  })
})
