/**
 * Randomness as an argument. Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", 2011) maps (key, counter) to 128 random bits: no state but a counter, so any draw can be
 * repeated or skipped to, and a resumed run continues with the same bits as one that never stopped.
 */
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const ROUNDS = 10

/** High 32 bits of a 32×32-bit product, in 16-bit halves because a double holds only 53 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const mid1 = aHigh * bLow + (low >>> 16)
  const mid2 = aLow * bHigh + (mid1 & 0xffff)
  return (aHigh * bHigh + Math.floor(mid1 / 65536) + Math.floor(mid2 / 65536)) >>> 0
}

/** Four random 32-bit words for a 128-bit counter and a 64-bit key, written into `out`. */
export function philox(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  let key0 = k0 >>> 0
  let key1 = k1 >>> 0
  let x0 = c0 >>> 0
  let x1 = c1 >>> 0
  let x2 = c2 >>> 0
  let x3 = c3 >>> 0
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x0)
    const low0 = Math.imul(MULTIPLIER_0, x0) >>> 0
    const high1 = multiplyHigh(MULTIPLIER_1, x2)
    const low1 = Math.imul(MULTIPLIER_1, x2) >>> 0
    x0 = (high1 ^ x1 ^ key0) >>> 0
    x1 = low1
    x2 = (high0 ^ x3 ^ key1) >>> 0
    x3 = low0
    key0 = (key0 + WEYL_0) >>> 0
    key1 = (key1 + WEYL_1) >>> 0
  }
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/** FNV-1a, to turn a stream's name into part of a key. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}

/** A seeded stream of random numbers. Streams with different names or indices are independent. */
export class Random {
  private readonly words = new Uint32Array(4)
  private counter = 0
  private used = 4
  private readonly seed: number
  private readonly stream: number
  private readonly index: number

  /** @param seed any whole number below 2³²  @param stream what it is for  @param index which of them */
  constructor(seed: number, stream = '', index = 0) {
    this.seed = seed >>> 0
    this.stream = hashText(stream)
    this.index = index >>> 0
  }

  /** Another stream of the same seed, from its start: what a variable of that name is drawn from. */
  sibling(stream: string): Random {
    return new Random(this.seed, stream)
  }

  /** 32 random bits. */
  bits(): number {
    if (this.used === 4) {
      philox(this.words, this.counter, this.index, 0, 0, this.seed, this.stream)
      this.counter++
      this.used = 0
    }
    return this.words[this.used++] ?? 0
  }

  /** Uniform in [0, 1), with 32 bits. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 4294967296)
  }

  /** A whole number from 0 to below `limit`. */
  integer(limit: number): number {
    return Math.floor(this.uniform() * limit)
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const a = items[i] as T
      items[i] = items[j] as T
      items[j] = a
    }
    return items
  }
}
