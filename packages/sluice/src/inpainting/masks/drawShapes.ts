import type { Mask } from './mask.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Marks everything within `radius` of the straight line between two points: a stroke with round ends. */
export function drawSegment(
  { width, height, pixels }: Mask,
  a: Point,
  b: Point,
  radius: number,
): void {
  const left = Math.max(0, Math.ceil(Math.min(a.x, b.x) - radius))
  const right = Math.min(width - 1, Math.floor(Math.max(a.x, b.x) + radius))
  const top = Math.max(0, Math.ceil(Math.min(a.y, b.y) - radius))
  const bottom = Math.min(height - 1, Math.floor(Math.max(a.y, b.y) + radius))
  const dx = b.x - a.x
  const dy = b.y - a.y
  const lengthSquared = dx * dx + dy * dy
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = lengthSquared === 0 ? 0 : ((x - a.x) * dx + (y - a.y) * dy) / lengthSquared
      const nearest = Math.min(1, Math.max(0, along))
      const offX = x - a.x - nearest * dx
      const offY = y - a.y - nearest * dy
      if (offX * offX + offY * offY <= radius * radius) pixels[y * width + x] = 1
    }
  }
}

/** Marks a box of whole pixels, clipped to the picture. */
export function drawBox({ width, height, pixels }: Mask, corner: Point, size: Point): void {
  const left = Math.max(0, corner.x)
  const right = Math.min(width, corner.x + size.x)
  for (let y = Math.max(0, corner.y); y < Math.min(height, corner.y + size.y); y++) {
    if (right > left) pixels.fill(1, y * width + left, y * width + right)
  }
}

/** A closed line around a centre without overhangs: how far away it is in every direction. */
export interface Outline {
  readonly radiusAt: (angle: number) => number
  /** It is nowhere nearer than `least`, nor farther than `most`. */
  readonly least: number
  readonly most: number
}

/** Marks what a closed outline surrounds. */
export function drawOutline(
  { width, height, pixels }: Mask,
  centre: Point,
  outline: Outline,
): void {
  const { radiusAt, least, most } = outline
  const left = Math.max(0, Math.ceil(centre.x - most))
  const right = Math.min(width - 1, Math.floor(centre.x + most))
  const bottom = Math.min(height - 1, Math.floor(centre.y + most))
  for (let y = Math.max(0, Math.ceil(centre.y - most)); y <= bottom; y++) {
    const dy = y - centre.y
    for (let x = left; x <= right; x++) {
      const dx = x - centre.x
      const squared = dx * dx + dy * dy
      // Angles are dear, and most pixels are well inside or well outside.
      if (squared > most * most) continue
      const inside = squared < least * least || Math.hypot(dx, dy) <= radiusAt(Math.atan2(dy, dx))
      if (inside) pixels[y * width + x] = 1
    }
  }
}
