// Vectors of one number each that the busiest kernels need, kept in the first page of memory, which belongs to
// nobody else (linearMemory.ts begins behind it). Engines make a constant vector anew wherever it is used, by three
// instructions of which two wait for the same port of the processor: a sigmoid of four lanes took longer to fetch its
// numbers than to compute with them. A load is one instruction. The main thread writes them at the beginning of each
// run, before it calls the others.

import { FAR, FAR_SQUARE, NEAR, NEAR_SQUARE } from './winogradPoints'

/** Below it nothing is ever read: a null pointer that is followed finds zeros. */
const FIRST: usize = 1024

export const ONE: usize = FIRST + 0

// For exp; math.ts says what with.
export const LOG2_E: usize = FIRST + 16
export const EXPONENT_ROUNDER: usize = FIRST + 32
export const LN2_LOW: usize = FIRST + 48
export const LN2_HIGH: usize = FIRST + 64
export const EXP_7: usize = FIRST + 80
export const EXP_6: usize = FIRST + 96
export const EXP_5: usize = FIRST + 112
export const EXP_4: usize = FIRST + 128
export const EXP_3: usize = FIRST + 144
export const EXP_2: usize = FIRST + 160
export const EXP_MOST: usize = FIRST + 176
export const EXP_LEAST: usize = FIRST + 192

// Small numbers of several kernels.
export const TWO: usize = FIRST + 208
export const MINUS_TWO: usize = FIRST + 224
export const HALF: usize = FIRST + 240

// For Winograd's six points: their powers, and what inputs are weighed by.
export const POINT_NEAR: usize = FIRST + 256
export const POINT_FAR: usize = FIRST + 272
export const NEAR_2: usize = FIRST + 288
export const FAR_2: usize = FIRST + 304
export const NEAR_3: usize = FIRST + 320
export const FAR_3: usize = FIRST + 336
export const NEAR_4: usize = FIRST + 352
export const FAR_4: usize = FIRST + 368
export const MINUS_NEAR_2: usize = FIRST + 384
export const MINUS_FAR_2: usize = FIRST + 400
export const MINUS_SUM_2: usize = FIRST + 416
export const PRODUCT_2: usize = FIRST + 432

// For its eight points: sums of the squares of the points but for one pair, and powers of 2 and 1/2.
export const SUM_OF_ALL: usize = FIRST + 448
export const HALF_SUM: usize = FIRST + 464
export const ONE_SUM: usize = FIRST + 480
export const TWO_SUM: usize = FIRST + 496
export const FOUR: usize = FIRST + 512
export const QUARTER: usize = FIRST + 528
export const TWO_3: usize = FIRST + 544
export const HALF_3: usize = FIRST + 560
export const TWO_4: usize = FIRST + 576
export const HALF_4: usize = FIRST + 592
export const TWO_5: usize = FIRST + 608
export const HALF_5: usize = FIRST + 624

// Below it gradients are dust; math.ts.
export const DUST: usize = FIRST + 640

/** The vector at one of these places. */
// @ts-ignore: decorator
@inline
export function constant(place: usize): v128 {
  return v128.load(place)
}

export function writeConstants(): void {
  write(ONE, 1)
  write(LOG2_E, 1.44269504)
  write(EXPONENT_ROUNDER, 12582912 + 127)
  write(LN2_LOW, 2.1219444e-4)
  write(LN2_HIGH, -0.693359375)
  write(EXP_7, 1.98756915e-4)
  write(EXP_6, 1.39819995e-3)
  write(EXP_5, 8.33345191e-3)
  write(EXP_4, 4.16657959e-2)
  write(EXP_3, 1.66666655e-1)
  write(EXP_2, 5.00000012e-1)
  write(EXP_MOST, 88.3)
  write(EXP_LEAST, -87.3)
  write(TWO, 2)
  write(MINUS_TWO, -2)
  write(HALF, 0.5)
  write(POINT_NEAR, NEAR)
  write(POINT_FAR, FAR)
  write(NEAR_2, NEAR_SQUARE)
  write(FAR_2, FAR_SQUARE)
  write(NEAR_3, NEAR * NEAR_SQUARE)
  write(FAR_3, FAR * FAR_SQUARE)
  write(NEAR_4, NEAR_SQUARE * NEAR_SQUARE)
  write(FAR_4, FAR_SQUARE * FAR_SQUARE)
  write(MINUS_NEAR_2, -NEAR_SQUARE)
  write(MINUS_FAR_2, -FAR_SQUARE)
  write(MINUS_SUM_2, -NEAR_SQUARE - FAR_SQUARE)
  write(PRODUCT_2, NEAR_SQUARE * FAR_SQUARE)
  write(SUM_OF_ALL, 5.25)
  write(HALF_SUM, -5)
  write(ONE_SUM, -4.25)
  write(TWO_SUM, -1.25)
  write(FOUR, 4)
  write(QUARTER, 0.25)
  write(TWO_3, 8)
  write(HALF_3, 0.125)
  write(TWO_4, 16)
  write(HALF_4, 0.0625)
  write(TWO_5, 32)
  write(HALF_5, 0.03125)
  write(DUST, 8.077935669463161e-28)
}

function write(place: usize, value: f32): void {
  v128.store(place, f32x4.splat(value))
}
