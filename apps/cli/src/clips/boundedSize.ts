interface Size {
  readonly width: number
  readonly height: number
}

/** The size whose shorter side is at most `side`, in the same proportions; never larger than given. */
export function boundedSize({ width, height }: Size, side: number): Size {
  const factor = Math.min(1, side / Math.min(width, height))
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  }
}

/** Shorter side at which clips are stored for an input of `size`: a quarter more, to zoom into. */
export function storedSide(size: number): number {
  return Math.ceil(size * 1.25)
}
