/** Larger than any squared distance in a picture. */
const FAR = 1e20

/**
 * The squared distance, in pixels, from each pixel to the nearest marked one; `1e20` where nothing is
 * marked. Exact, in two passes over parabolas (Felzenszwalb and Huttenlocher 2012).
 */
export function squaredDistances(marked: Uint8Array, width: number, height: number): Float64Array {
  const distances = Float64Array.from(marked, (mark) => (mark === 0 ? FAR : 0))
  const longest = Math.max(width, height)
  const envelope = new Envelope(longest)
  const line = new Float64Array(longest)
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = distances[y * width + x] as number
    envelope.lower(line, height)
    for (let y = 0; y < height; y++) distances[y * width + x] = line[y] as number
  }
  for (let y = 0; y < height; y++) {
    const row = distances.subarray(y * width, (y + 1) * width)
    envelope.lower(row, width)
  }
  return distances
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
