// Winograd's points, and a point's distances from all others, multiplied. Infinity is one of them in both sets.

/** Of six: 0, ±NEAR, ±FAR. */
export const NEAR: f32 = 0.75
export const FAR: f32 = 1.5
export const NEAR_SQUARE: f32 = NEAR * NEAR
export const FAR_SQUARE: f32 = FAR * FAR
export const ZERO_DISTANCE: f32 = NEAR_SQUARE * FAR_SQUARE
/** −2·NEAR²·(FAR² − NEAR²) and 2·FAR²·(FAR² − NEAR²). */
export const NEAR_DISTANCE: f32 = -1.8984375
export const FAR_DISTANCE: f32 = 7.59375

/** Of eight: 0, ±1/2, ±1, ±2. */
export const ZERO_DISTANCE_8: f32 = -1
export const HALF_DISTANCE_8: f32 = 1.40625
export const ONE_DISTANCE_8: f32 = -4.5
export const TWO_DISTANCE_8: f32 = 90
