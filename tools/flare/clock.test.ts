import { describe, expect, it } from 'vitest'
import { CLIP_FRAMES, frameAt, sampleClip } from './clock.ts'

const run = { frames: 8, seconds: 0.8, playback: 'looped' } as const
const stance = { frames: 4, seconds: 0.4, playback: 'back_forth' } as const
const hit = { frames: 2, seconds: 0.2, playback: 'play_once' } as const

function shown(samples: readonly { shows: string; frame: number }[]): string {
  return samples.map(({ shows, frame }) => `${shows === 'stance' ? 's' : 'a'}${frame}`).join(' ')
}

describe('the picture at a moment', () => {
  it('starts again when looped', () => {
    expect([0.05, 0.15, 0.75, 0.85, 1.65].map((time) => frameAt(run, time))).toEqual([
      0, 1, 7, 0, 0,
    ])
  })

  it('turns round when going back and forth, showing both ends twice', () => {
    const times = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85]
    expect(times.map((time) => frameAt(stance, time))).toEqual([0, 1, 2, 3, 3, 2, 1, 0, 0])
  })

  it('stays at the last picture when played once', () => {
    expect([0.05, 0.15, 5].map((time) => frameAt(hit, time))).toEqual([0, 1, 1])
  })

  it('is the first one of an action without length', () => {
    expect(frameAt({ frames: 1, seconds: 0, playback: 'play_once' }, 0.3)).toBe(0)
  })
})

describe('a clip on the fixed clock', () => {
  const timing = { leadSeconds: 0.15, phase: 0.01 }

  it('has eight samples whatever the action', () => {
    for (const action of [run, stance, hit]) {
      const samples = sampleClip(action, stance, { ...timing, ending: 'back to stance' })
      expect(samples).toHaveLength(CLIP_FRAMES)
    }
  })

  it('shows a stretch of an endless action from its phase on', () => {
    const samples = sampleClip(run, stance, { leadSeconds: 0.15, phase: 0.55, ending: 'endless' })
    expect(shown(samples)).toBe('a4 a5 a6 a7 a0 a1 a2 a3')
  })

  it('waits in the stance, acts, and goes on standing where time has led', () => {
    const samples = sampleClip(hit, stance, { ...timing, ending: 'back to stance' })
    expect(shown(samples)).toBe('s0 s1 a0 a1 s3 s2 s1 s0')
  })

  it('keeps the last picture of a held action', () => {
    const samples = sampleClip(hit, stance, { ...timing, ending: 'held' })
    expect(shown(samples)).toBe('s0 s1 a0 a1 a1 a1 a1 a1')
  })

  it('plays back and forth once before standing again', () => {
    const flinch = { frames: 2, seconds: 0.2, playback: 'back_forth' } as const
    const samples = sampleClip(flinch, stance, { ...timing, ending: 'back to stance' })
    expect(shown(samples)).toBe('s0 s1 a0 a1 a1 a0 s1 s0')
  })
})
