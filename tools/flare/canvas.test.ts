import { describe, expect, it } from 'vitest'
import {
  blankCanvas,
  CANVAS_SIDE,
  fittingScale,
  flatten,
  GROUND_X,
  GROUND_Y,
  paint,
} from './canvas.ts'

const WHITE_DOT = { width: 1, height: 1, rgba: Uint8Array.of(255, 255, 255, 255) }
const HALF_RED_DOT = { width: 1, height: 1, rgba: Uint8Array.of(255, 0, 0, 128) }
const ON_GROUND = { x: 0, y: 0, width: 1, height: 1, anchorX: 0, anchorY: 0 }
const PLAIN = [1, 1, 1] as const

function pixel(rgb: Uint8Array, x: number, y: number): number[] {
  return [...rgb.subarray((y * CANVAS_SIDE + x) * 3, (y * CANVAS_SIDE + x) * 3 + 3)]
}

describe('painting by anchor', () => {
  it('puts the anchor on the ground point and leaves the background elsewhere', () => {
    const canvas = blankCanvas(1)
    paint(canvas, WHITE_DOT, ON_GROUND, PLAIN, 1)
    const rgb = flatten(canvas, CANVAS_SIDE, [10, 20, 30])
    expect(pixel(rgb, GROUND_X, GROUND_Y)).toEqual([255, 255, 255])
    expect(pixel(rgb, GROUND_X + 1, GROUND_Y)).toEqual([10, 20, 30])
  })

  it('lays later pictures over earlier ones by their opacity', () => {
    const canvas = blankCanvas(1)
    paint(canvas, WHITE_DOT, ON_GROUND, PLAIN, 1)
    paint(canvas, HALF_RED_DOT, ON_GROUND, PLAIN, 1)
    const rgb = flatten(canvas, CANVAS_SIDE, [0, 0, 0])
    expect(pixel(rgb, GROUND_X, GROUND_Y)).toEqual([255, 127, 127])
  })

  it('averages pixels when the clip is smaller than the canvas', () => {
    const canvas = blankCanvas(1)
    paint(canvas, WHITE_DOT, ON_GROUND, PLAIN, 1)
    const rgb = flatten(canvas, CANVAS_SIDE / 2, [0, 0, 0])
    expect(Math.max(...rgb)).toBe(64)
  })

  it('shrinks whatever is larger than the canvas, and enlarges only as far as allowed', () => {
    const huge = { ...ON_GROUND, width: 200, height: 144, anchorX: 90, anchorY: 144 }
    expect(fittingScale([huge, ON_GROUND], 2)).toBeCloseTo(51 / 110)
    expect(fittingScale([ON_GROUND], 2)).toBe(2)
  })
})
