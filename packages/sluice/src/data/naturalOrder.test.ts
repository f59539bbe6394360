import { describe, expect, it } from 'vitest'
import { naturalOrder } from './naturalOrder.ts'

describe('naturalOrder', () => {
  it('counts as people do', () => {
    const names = ['clip10', 'clip2', 'Clip1', 'clip1', 'clip', 'clip02', 'clip1b', '10', '9']
    expect(names.sort(naturalOrder)).toEqual([
      '9',
      '10',
      'Clip1',
      'clip',
      'clip1',
      'clip1b',
      'clip02',
      'clip2',
      'clip10',
    ])
  })

  it('is an order: antisymmetric and transitive on awkward names', () => {
    const names = [
      '',
      '0',
      '00',
      '1',
      '01',
      'a',
      'a0',
      'a00',
      'a0b',
      'a00a',
      'é',
      'z9',
      'z10',
      '9007199254740993',
      '9007199254740992',
    ]
    for (const a of names) {
      for (const b of names) {
        expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) || 0)
        expect(naturalOrder(a, b) === 0).toBe(a === b)
        for (const c of names) {
          if (naturalOrder(a, b) < 0 && naturalOrder(b, c) < 0) {
            expect(naturalOrder(a, c)).toBeLessThan(0)
          }
        }
      }
    }
  })
})
