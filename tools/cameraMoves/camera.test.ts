import { describe, expect, it } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { contrast, film, type Photograph, pyramidOf } from './camera.ts'
import { drawPose, MOVES, type Pose, posesOf } from './moves.ts'

/** A straight slope of brightness, `across` a pixel to the right and `down` a pixel down. */
function slope(across: number, down: number, side = 100): Photograph {
  const data = Float32Array.from({ length: side * side * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return 20 + across * ((pixel % side) + 0.5) + down * (Math.floor(pixel / side) + 0.5)
  })
  return { width: side, height: side, data }
}

const middle: Pose = { x: 50, y: 50, scale: 1, angle: 0 }

/** Brightness of the frame's middle, from its four middle pixels. */
function centre(frame: Uint8Array, size: number): number {
  const at = (row: number, column: number) => frame[(row * size + column) * 3] ?? 0
  const half = size / 2
  return (at(half - 1, half - 1) + at(half - 1, half) + at(half, half - 1) + at(half, half)) / 4
}

describe('filming', () => {
  it('shows a straight slope as it is, between pixels and between sizes', () => {
    const pyramid = pyramidOf(slope(1, 0.5))
    for (const scale of [1, 1.3, 2, 2.9]) {
      const frame = film(pyramid, { x: 41.3, y: 55.7, scale, angle: 0.7 }, 16)
      expect(Math.abs(centre(frame, 16) - (20 + 41.3 + 0.5 * 55.7))).toBeLessThan(0.75)
    }
  })

  it('turns the rows by the angle', () => {
    const pyramid = pyramidOf(slope(2, 0))
    const frame = film(pyramid, { ...middle, angle: Math.PI / 2 }, 8)
    // The frame's rows now run along the photograph's columns, where nothing changes.
    expect(frame[0]).toBe(frame[7 * 3])
    expect(frame[0]).toBeGreaterThan(frame[7 * 8 * 3] ?? 255)
  })

  it('halves by means of four', () => {
    const [, half] = pyramidOf({
      width: 4,
      height: 4,
      data: Uint8Array.from({ length: 48 }, (_, i) => i),
    })
    expect(half?.width).toBe(2)
    expect(half?.data[0]).toBe((0 + 3 + 12 + 15) / 4)
  })

  it('measures how much there is to see', () => {
    expect(contrast(new Uint8Array(27).fill(80))).toBe(0)
    expect(contrast(Uint8Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : 200)))).toBe(100)
  })
})

describe('moves', () => {
  it('do what they are called, in the frame whatever its angle', () => {
    for (const angle of [0, 1, 4]) {
      const from = { ...middle, angle }
      const poses = (move: (typeof MOVES)[number]) => posesOf(from, { move, speed: 0.5 })
      const shift = (move: (typeof MOVES)[number]) => {
        const [first = from, second = from] = poses(move)
        const [dx, dy] = [second.x - first.x, second.y - first.y]
        const right = dx * Math.cos(angle) + dy * Math.sin(angle)
        const down = -dx * Math.sin(angle) + dy * Math.cos(angle)
        return [right, down].map((v) => Math.round(v * 1000) / 1000 + 0)
      }
      expect(shift('pan-right')).toEqual([1.5, 0])
      expect(shift('pan-left')).toEqual([-1.5, 0])
      expect(shift('pan-down')).toEqual([0, 1.5])
      expect(shift('pan-up')).toEqual([0, -1.5])
      expect(poses('zoom-in')[7]?.scale).toBeLessThan(poses('zoom-in')[0]?.scale ?? 0)
      expect(poses('roll-right')[7]?.angle).toBeGreaterThan(poses('roll-right')[0]?.angle ?? 9)
      expect(new Set(poses('still'))).toEqual(new Set([from]))
    }
  })

  it('are the reverse of their opposites, so that no single pose belongs to one', () => {
    for (const [a, b] of [
      ['pan-left', 'pan-right'],
      ['pan-up', 'pan-down'],
      ['zoom-in', 'zoom-out'],
      ['roll-left', 'roll-right'],
    ] as const) {
      const there = posesOf(middle, { move: a, speed: 0.3 })
      const back = posesOf(middle, { move: b, speed: 0.3 }).reverse()
      there.forEach((pose, i) => {
        for (const key of ['x', 'y', 'scale', 'angle'] as const) {
          expect(pose[key]).toBeCloseTo(back[i]?.[key] ?? Number.NaN, 9)
        }
      })
    }
  })

  it('never leave the photograph, at any speed', () => {
    const photograph = { width: 300, height: 200 }
    const size = 32
    let least = Number.POSITIVE_INFINITY
    for (let draw = 0; draw < 300; draw++) {
      const pose = drawPose(photograph, size, new Random(1, 'poses', draw))
      for (const move of MOVES) {
        for (const { x, y, scale } of posesOf(pose, { move, speed: 1 })) {
          const corner = (size / 2) * Math.SQRT2 * scale
          const { width, height } = photograph
          least = Math.min(least, x - corner, y - corner, width - x - corner, height - y - corner)
        }
      }
    }
    expect(least).toBeGreaterThan(0)
  })
})
