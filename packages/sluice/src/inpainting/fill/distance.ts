/** Larger than any squared distance in a picture. */
const FAR = 1e20

/**
 * The squared distance, in pixels, from each pixel to the nearest marked one; `1e20` where nothing is
 * marked. Exact: along columns by counting, then along rows by parabolas (Felzenszwalb and
 * Huttenlocher 2012).
 */
export function squaredDistances(marked: Uint8Array, width: number, height: number): Float64Array {
  const distances = alongColumns(marked, width, height)
  const envelope = new Envelope(width)
  for (let y = 0; y < height; y++) {
    const row = distances.subarray(y * width, (y + 1) * width)
    envelope.lower(row, width)
  }
  return distances
}

/** The squared distance to the nearest marked pixel of the same column. */
function alongColumns(marked: Uint8Array, width: number, height: number): Float64Array {
  const steps = new Float64Array(marked.length)
  const last = width * (height - 1)
  for (let i = 0; i < steps.length; i++) {
    const above = i < width ? Number.POSITIVE_INFINITY : (steps[i - width] as number)
    if (marked[i] === 0) steps[i] = above + 1
  }
  for (let i = last - 1; i >= 0; i--) {
    steps[i] = Math.min(steps[i] as number, (steps[i + width] as number) + 1)
  }
  for (let i = 0; i < steps.length; i++) {
    const away = steps[i] as number
    steps[i] = away === Number.POSITIVE_INFINITY ? FAR : away * away
  }
  return steps
}

/** Marks what a mask does not mark. */
export function outside(hole: Uint8Array): Uint8Array {
  const known = new Uint8Array(hole.length)
  for (let i = 0; i < hole.length; i++) if (hole[i] === 0) known[i] = 1
  return known
}

/** The lower envelope of parabolas rooted at each place of a line. */
class Envelope {
  private readonly roots: Int32Array
  private readonly borders: Float64Array
  private readonly heights: Float64Array

  constructor(longest: number) {
    this.roots = new Int32Array(longest)
    this.borders = new Float64Array(longest + 1)
    this.heights = new Float64Array(longest)
  }

  /** Puts the envelope over a line of heights in their place. */
  lower(line: Float64Array, length: number): void {
    const { roots, borders, heights } = this
    let last = -1
    for (let place = 0; place < length; place++) {
      const height = line[place] as number
      heights[place] = height
      if (height >= FAR) continue
      let border = Number.NEGATIVE_INFINITY
      while (last >= 0) {
        const root = roots[last] as number
        const rise = height + place * place - ((heights[root] as number) + root * root)
        border = rise / (2 * (place - root))
        if (border > (borders[last] as number)) break
        last--
        border = Number.NEGATIVE_INFINITY
      }
      roots[++last] = place
      borders[last] = border
    }
    if (last < 0) return
    for (let place = 0, at = 0; place < length; place++) {
      while (at < last && (borders[at + 1] as number) < place) at++
      const root = roots[at] as number
      line[place] = (place - root) ** 2 + (heights[root] as number)
    }
  }
}
