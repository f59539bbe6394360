/** What a virtual camera does over a clip: nine moves, each from any place, size and angle. */
import type { Random } from '../../packages/sluice/src/foundation/random.ts'

export const MOVES = [
  'pan-left',
  'pan-right',
  'pan-up',
  'pan-down',
  'zoom-in',
  'zoom-out',
  'roll-left',
  'roll-right',
  'still',
] as const

export type Move = (typeof MOVES)[number]

export const CLIP_FRAMES = 8

/** Where the camera looks, in pixels of the photograph. */
export interface Pose {
  readonly x: number
  readonly y: number
  /** Photograph's pixels per pixel of the frame. */
  readonly scale: number
  /** Radians; the frame's rows are turned by it. */
  readonly angle: number
}

/**
 * Per frame: pixels of the frame for pans, part of the size for zooms, radians for rolls. The slowest
 * of each moves the middle of an edge of 32 pixels by half a pixel a frame.
 */
export const SPEEDS = { pan: [0.5, 2.5], zoom: [0.031, 0.09], roll: [0.031, 0.09] } as const

/** A move and how fast it is, 0 (the slowest that counts as a move) to 1. */
export interface Motion {
  readonly move: Move
  readonly speed: number
}

/**
 * The camera's pose at each frame. The pose given is that of the middle of the clip, whatever the
 * move: were it that of the first frame, a frame's size would tell a zoom.
 */
export function posesOf(middle: Pose, { move, speed }: Motion): Pose[] {
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * speed
  return Array.from({ length: CLIP_FRAMES }, (_, frame) => {
    const time = frame - (CLIP_FRAMES - 1) / 2
    const { x, y, scale, angle } = middle
    const panned = (right: number, down: number): Pose => {
      const way = between(SPEEDS.pan) * time * scale
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      return {
        ...middle,
        x: x + way * (right * cos - down * sin),
        y: y + way * (right * sin + down * cos),
      }
    }
    const zoomed = (sign: number): Pose => ({
      ...middle,
      scale: scale * (1 + between(SPEEDS.zoom)) ** (sign * time),
    })
    const rolled = (sign: number): Pose => ({
      ...middle,
      angle: angle + sign * between(SPEEDS.roll) * time,
    })
    return {
      'pan-left': panned(-1, 0),
      'pan-right': panned(1, 0),
      'pan-up': panned(0, -1),
      'pan-down': panned(0, 1),
      'zoom-in': zoomed(-1),
      'zoom-out': zoomed(1),
      'roll-left': rolled(-1),
      'roll-right': rolled(1),
      still: middle,
    }[move]
  })
}

/** How far from its middle, in the frame's pixels, any move of any speed can see. */
function reach(size: number): number {
  const halfTime = (CLIP_FRAMES - 1) / 2
  const corner = (size / 2) * Math.SQRT2
  const panned = corner + SPEEDS.pan[1] * halfTime
  const zoomed = corner * (1 + SPEEDS.zoom[1]) ** halfTime
  // One more pixel for the interpolation's neighbours.
  return Math.max(panned, zoomed) + 1
}

/**
 * A pose from which every move stays within the photograph: one draw for all classes, so that no
 * class is filmed nearer the edge than another.
 */
export function drawPose(
  photograph: { readonly width: number; readonly height: number },
  size: number,
  random: Random,
): Pose {
  const margin = reach(size)
  const largest = Math.min(photograph.width, photograph.height) / 2 / margin
  // In powers: doubling and halving the size are equally likely.
  const scale = Math.min(largest, 3) ** random.uniform()
  const edge = margin * scale
  return {
    x: random.uniform(edge, photograph.width - edge),
    y: random.uniform(edge, photograph.height - edge),
    scale,
    angle: random.uniform(0, 2 * Math.PI),
  }
}
