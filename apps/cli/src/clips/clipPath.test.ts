import { describe, expect, it } from 'vitest'
import { clipPathOf, parseClipPath } from './clipPath.ts'

describe('parseClipPath', () => {
  it.each([
    ['a/b.mp4', { file: 'a/b.mp4' }],
    ['a/b.mp4#t=1.5,3', { file: 'a/b.mp4', start: 1.5, end: 3 }],
    ['a.mp4#t=2', { file: 'a.mp4', start: 2 }],
    ['a.mp4#t=,2', { file: 'a.mp4', start: 0, end: 2 }],
    ['w.npy#17', { file: 'w.npy', member: '17' }],
    ['w.NPZ#layer/x#3', { file: 'w.NPZ', member: 'layer/x#3' }],
    ['w.npz#x#t=10,20', { file: 'w.npz', member: 'x', start: 10, end: 20 }],
    ['takes #1/dance.mp4', { file: 'takes #1/dance.mp4' }],
    ['#t=1/x.gif', { file: '#t=1/x.gif' }],
    ['take#t=1.mp4', { file: 'take#t=1.mp4' }],
    ['take#t=1.mp4#t=0.5,1.5', { file: 'take#t=1.mp4', start: 0.5, end: 1.5 }],
  ])('reads %s', (path, expected) => {
    expect(parseClipPath(path)).toEqual(expected)
  })

  it.each(['a.mp4#t=', 'a.mp4#t=3,2', 'a.mp4#t=1,1', 'a.mp4#t=-1,2', 'a.mp4#t=a,b', 'a.mp4#t=1,'])(
    'refuses %s',
    (path) => {
      expect(() => parseClipPath(path)).toThrow(/not a part of a clip/)
    },
  )

  it('reads back what clipPathOf writes', () => {
    expect(parseClipPath(clipPathOf('a.mp4', 1.5, undefined))).toEqual({
      file: 'a.mp4',
      start: 1.5,
    })
    expect(parseClipPath(clipPathOf('a.mp4', undefined, 2))).toMatchObject({ start: 0, end: 2 })
    expect(clipPathOf('a.mp4', undefined, undefined)).toBe('a.mp4')
  })
})
