import { SluiceError } from 'sluice'
import { type ClipSource, combineStatistics, type TensorPreprocessing } from 'sluice/data'
import type { GridFacts } from '../clips/clipMaker.ts'
import { plural } from '../terminal/quantities.ts'

type Grid = Pick<GridFacts, 'channels' | 'height' | 'width'>

/**
 * What the arrays of a data set are like: their channels, grids and lengths, and the mean and
 * deviation of each channel. A network sees one grid, so arrays with another than most are misfits.
 */
export class GridCensus {
  private readonly clips = new Map<string, GridFacts>()
  private readonly wanted: Grid | undefined

  /** @param wanted the grid of a model; that of most arrays unless given */
  constructor(wanted?: Grid) {
    this.wanted = wanted
  }

  add(path: string, facts: GridFacts): void {
    this.clips.set(path, facts)
  }

  /** The clips that do not fit the others or the model, and why. */
  misfits(): Map<string, string> {
    const grid = this.wanted === undefined ? this.usualGrid() : shown(this.wanted)
    const reasons = new Map<string, string>()
    for (const [path, clip] of this.clips) {
      if (grid === undefined || shown(clip) === grid) continue
      const others = this.wanted === undefined ? 'most clips have' : 'the model sees'
      reasons.set(path, `${shown(clip)}, where ${others} ${grid}`)
    }
    return reasons
  }

  /**
   * How the arrays become inputs, as measured on some of them, in their order.
   * @param frames steps per clip; those of the longest unless given
   */
  preprocessing(
    items: readonly ClipSource[],
    { frames, axes }: { readonly frames: number | null; readonly axes?: string },
  ): TensorPreprocessing {
    const clips = items.flatMap(({ path }) => this.clips.get(path) ?? [])
    const [first] = clips
    if (first === undefined) throw new SluiceError('data', 'there are no arrays to measure')
    const { channels, height, width } = first
    const longest = clips.reduce((most, { count }) => Math.max(most, count), 1)
    const { mean, std } = combineStatistics(clips.map(({ statistics }) => statistics))
    return {
      kind: 'tensor',
      ...(axes === undefined ? {} : { axes }),
      channels,
      frames: frames ?? longest,
      height,
      width,
      mean,
      std,
    }
  }

  /** The lengths of clips, for people: `12 steps`, `8 to 31 steps`. */
  lengths(): string {
    let shortest = Number.POSITIVE_INFINITY
    let longest = 0
    for (const { count } of this.clips.values()) {
      shortest = Math.min(shortest, count)
      longest = Math.max(longest, count)
    }
    return shortest === longest
      ? plural(longest, 'step')
      : `${shortest} to ${plural(longest, 'step')}`
  }

  private usualGrid(): string | undefined {
    const votes = new Map<string, number>()
    for (const clip of this.clips.values()) {
      votes.set(shown(clip), (votes.get(shown(clip)) ?? 0) + 1)
    }
    // A tie goes to the name that sorts first, so that the order of reading decides nothing.
    return [...votes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0]
  }
}

function shown({ channels, height, width }: Grid): string {
  return `${plural(channels, 'channel')} of ${height}×${width}`
}
