import { InvalidArgumentError } from 'commander'
import type { Point, Rectangle } from 'sluice/inpainting'

/** A hole given in words: a rectangle, or the corners of a polygon. */
export type Shape = Rectangle | readonly Point[]

/** `x,y,w,h`, added to those before. */
export function rectangle(text: string, before: readonly Rectangle[] = []): Rectangle[] {
  const numbers = numbersOf(text)
  const [x = 0, y = 0, width = 0, height = 0] = numbers
  if (numbers.length !== 4 || !(width > 0 && height > 0)) {
    throw new InvalidArgumentError('It must be x,y,width,height in pixels, such as 100,80,64,48.')
  }
  return [...before, { x, y, width, height }]
}

/** `x,y x,y x,y …`, added to those before. */
export function polygon(text: string, before: readonly (readonly Point[])[] = []): Point[][] {
  const corners = text
    .trim()
    .split(/[\s;]+/)
    .map((corner): Point => {
      const [x, y, ...more] = numbersOf(corner)
      if (x !== undefined && y !== undefined && more.length === 0) return { x, y }
      throw new InvalidArgumentError(WANTED)
    })
  if (corners.length < 3) throw new InvalidArgumentError(WANTED)
  return [...before.map((corners) => [...corners]), corners]
}

const WANTED = 'It must be three corners or more, such as "10,10 90,10 50,80".'

function numbersOf(text: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  return numbers.every(Number.isFinite) ? numbers : []
}

/**
 * Corners typed without quotes, as one argument again: `--polygon 1,1 9,1 5,8` is what people type.
 */
export function joinPolygons(args: readonly string[]): string[] {
  const joined: string[] = []
  let open = false
  for (const arg of args) {
    if (open && /^-?[\d.]+,-?[\d.]+$/.test(arg)) {
      joined.push(`${joined.pop() ?? ''} ${arg}`.trim())
      continue
    }
    joined.push(...(arg === '--polygon' ? [arg, ''] : [arg]))
    open = arg === '--polygon'
  }
  // An empty text stood in for corners that a single argument gives.
  return joined.filter((arg, i) => arg !== '' || joined[i - 1] !== '--polygon')
}
