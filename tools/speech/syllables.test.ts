import { describe, expect, it } from 'vitest'
import { baseOf, INITIALS, initialOf, partOf } from './syllables.ts'

describe('syllables', () => {
  it('begin with one of 21 initials, or a vowel', () => {
    expect(INITIALS.size).toBe(21)
    expect(new Set(INITIALS.values()).size).toBe(21)
    expect(initialOf('ㄓㄢ')).toBe('zh')
    expect(initialOf('ㄙㄢ1')).toBe('s')
    expect(initialOf('ㄨㄢ2')).toBeUndefined()
  })

  it('stay in one part whatever their tone', () => {
    expect(baseOf('ㄊㄢ3')).toBe('ㄊㄢ')
    expect(new Set(['ㄊㄢ', 'ㄊㄢ1', 'ㄊㄢ2', 'ㄊㄢ3', 'ㄊㄢ4'].map(partOf)).size).toBe(1)
  })
})
