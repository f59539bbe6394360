/**
 * Flare's animation definitions: INI-like text, one section per action. A picture is a rectangle of
 * a sprite sheet and the point in it that stands on the ground (its anchor).
 *
 *     image=images/enemies/goblin.png
 *     [run]
 *     frames=8
 *     duration=533ms
 *     type=looped
 *     frame=0,3,88,287,27,33,8,39      index, direction, x, y, width, height, anchor x, anchor y
 */
import { SluiceError } from '../../packages/sluice/src/foundation/errors.ts'

export type Playback = 'looped' | 'back_forth' | 'play_once'

/** A rectangle of the sheet; the anchor is measured from the rectangle's upper left corner. */
export interface Picture {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly anchorX: number
  readonly anchorY: number
}

export interface AnimatedAction {
  readonly frames: number
  readonly seconds: number
  readonly playback: Playback
  /** `pictures[direction][frame]`; a hole where the layer has nothing to draw. */
  readonly pictures: readonly (readonly (Picture | undefined)[])[]
}

/** One file as written, before INCLUDE and APPEND are followed. */
export interface AnimationFile {
  readonly image: string | undefined
  readonly include: string | undefined
  readonly append: boolean
  /** Red, green, blue factors of `color_mod`, 1 where the file has none. */
  readonly tint: readonly [number, number, number]
  /** Factor of `alpha_mod`. */
  readonly opacity: number
  readonly actions: ReadonlyMap<string, AnimatedAction>
}

interface OpenAction {
  frames: number
  seconds: number
  playback: Playback
  pictures: (Picture | undefined)[][]
}

/** @throws SluiceError `format`, naming file and line */
export function parseAnimationFile(text: string, where: string): AnimationFile {
  let image: string | undefined
  let include: string | undefined
  let append = false
  let tint: readonly [number, number, number] = [1, 1, 1]
  let opacity = 1
  let open: OpenAction | undefined
  const actions = new Map<string, AnimatedAction>()

  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const at = `${where}:${index + 1}`
    if (line === '' || line.startsWith('#')) continue
    if (line === 'APPEND') append = true
    else if (line.startsWith('INCLUDE ')) include = line.slice('INCLUDE '.length).trim()
    else if (line.startsWith('[')) {
      open = { frames: 0, seconds: 0, playback: 'looped', pictures: [] }
      actions.set(line.slice(1, -1), open)
    } else {
      const equals = line.indexOf('=')
      const key = line.slice(0, equals)
      const value = line.slice(equals + 1)
      if (open !== undefined) readActionLine(open, key, value, at)
      else if (key === 'image') image = value
      else if (key === 'color_mod') tint = readTint(value, at)
      else if (key === 'alpha_mod') opacity = (readNumbers(value, 1, at)[0] as number) / 255
    }
  }
  return { image, include, append, tint, opacity, actions }
}

function readActionLine(action: OpenAction, key: string, value: string, at: string): void {
  if (key === 'frames') action.frames = readNumbers(value, 1, at)[0] as number
  else if (key === 'duration') action.seconds = readSeconds(value, at)
  else if (key === 'type') action.playback = readPlayback(value, at)
  else if (key === 'frame') {
    const [frame, direction, x, y, width, height, anchorX, anchorY] = readNumbers(value, 8, at)
    const row = action.pictures[direction as number] ?? []
    action.pictures[direction as number] = row
    row[frame as number] = {
      x: x as number,
      y: y as number,
      width: width as number,
      height: height as number,
      anchorX: anchorX as number,
      anchorY: anchorY as number,
    }
  }
}

/** A bare 0 is written where an action has no length at all. */
function readSeconds(value: string, at: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(value)
  if (match === null) throw malformed(at, 'a duration such as 533ms or 1s', value)
  return Number(match[1]) / (match[2] === 's' ? 1 : 1000)
}

function readPlayback(value: string, at: string): Playback {
  if (value === 'looped' || value === 'back_forth' || value === 'play_once') return value
  throw malformed(at, 'looped, back_forth or play_once', value)
}

function readTint(value: string, at: string): readonly [number, number, number] {
  const [red, green, blue] = readNumbers(value, 3, at)
  return [(red as number) / 255, (green as number) / 255, (blue as number) / 255]
}

function readNumbers(value: string, count: number, at: string): number[] {
  const numbers = value.split(',').map(Number)
  if (numbers.length < count || !numbers.every(Number.isInteger)) {
    throw malformed(at, `${count} whole numbers`, value)
  }
  return numbers
}

function malformed(where: string, expected: string, received: string): SluiceError {
  return new SluiceError('format', 'not a Flare animation line', { where, expected, received })
}
