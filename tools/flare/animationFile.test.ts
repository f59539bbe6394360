import { describe, expect, it } from 'vitest'
import { parseAnimationFile } from './animationFile.ts'

const GOBLIN = `# a small goblin
image=images/enemies/goblin.png
color_mod=255,51,0
alpha_mod=51

[run]
frames=2
duration=533ms
type=looped
frame=0,0,88,287,27,33,8,39
frame=1,0,115,287,28,34,9,40
frame=0,7,1,2,3,4,-5,6

[hit]
frames=1
duration=1s
type=back_forth
active_frame=0
frame=0,0,0,0,1,1,0,0
`

describe('a Flare animation file', () => {
  it('gives the image, the colouring and every action', () => {
    const file = parseAnimationFile(GOBLIN, 'goblin.txt')
    expect(file.image).toBe('images/enemies/goblin.png')
    expect(file.tint).toEqual([1, 0.2, 0])
    expect(file.opacity).toBeCloseTo(0.2)
    expect([...file.actions.keys()]).toEqual(['run', 'hit'])
  })

  it('reads durations in milliseconds and in seconds', () => {
    const { actions } = parseAnimationFile(GOBLIN, 'goblin.txt')
    expect(actions.get('run')?.seconds).toBeCloseTo(0.533)
    expect(actions.get('hit')?.seconds).toBe(1)
    expect(actions.get('hit')?.playback).toBe('back_forth')
  })

  it('puts pictures under direction and frame', () => {
    const run = parseAnimationFile(GOBLIN, 'goblin.txt').actions.get('run')
    expect(run?.frames).toBe(2)
    expect(run?.pictures[0]?.[1]).toEqual({
      x: 115,
      y: 287,
      width: 28,
      height: 34,
      anchorX: 9,
      anchorY: 40,
    })
    expect(run?.pictures[7]?.[0]?.anchorX).toBe(-5)
    expect(run?.pictures[3]).toBeUndefined()
  })

  it('notes what is borrowed and what is added', () => {
    const file = parseAnimationFile('APPEND\nINCLUDE animations/enemies/zombie.txt\n', 'x.txt')
    expect(file.append).toBe(true)
    expect(file.include).toBe('animations/enemies/zombie.txt')
    expect(file.opacity).toBe(1)
  })

  it('names the line it cannot read', () => {
    expect(() => parseAnimationFile('[run]\nduration=soon', 'x.txt')).toThrow(/x\.txt:2.*\n.*533ms/)
    expect(() => parseAnimationFile('[run]\nframe=0,1,2', 'x.txt')).toThrow(/8 whole numbers/)
    expect(() => parseAnimationFile('[run]\ntype=sometimes', 'x.txt')).toThrow(/looped/)
  })
})
