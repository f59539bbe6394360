/** What `patchFill`, its definition and its kernels agree on. */
/** How patches are looked for. */
export interface PatchFillAttributes {
  /** Height and width of a patch in pixels, odd. */
  readonly patch: number
  /** How often patches are looked for and pasted. */
  readonly rounds: number
  /**
   * How much of the distance between the mean colours of two patches is overlooked when they are compared, from 0
   * to 1.
   */
  readonly shade: number
  /** What differences from a patch's mean colour are multiplied by when it is pasted. */
  readonly contrast: number
  /**
   * Rounds that look everywhere; those after them look near what was found before. 0 looks near what a field of
   * half the size has found, the third input.
   */
  readonly everywhere: number
}

/** What is told of each pixel besides its colour: how unlike what was copied is around it, and how undecided. */
export const factsOfPatches = 2

/** The difference that is told where there is nothing to copy: of black from white, if they are −1 and 1. */
export const nothingAlike = 2

type Step = readonly [down: number, right: number]

/** Places whose finds are tried here as well, moved along (PatchMatch's propagation, Barnes et al. 2009). */
export const neighbours: readonly Step[] = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [2, 0],
  [-2, 0],
  [0, 2],
  [0, -2],
]

const around: readonly Step[] = [
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 0],
  [1, 1],
]

/** Steps from what was found here to what else is tried: the places around it. */
export const shifts = around

/** Steps from here, in patches, to places that are tried: just outside of thin holes. */
export const jumps: readonly Step[] = [1, 2].flatMap((far) =>
  around.map(([down, right]): Step => [far * down, far * right]),
)
