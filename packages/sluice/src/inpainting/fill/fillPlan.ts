import type { Box, Size } from './picture.ts'

/** How a picture is shown to a network: part by part, made smaller, or all of it as it is. */
export type FillStrategy = 'crop' | 'resize' | 'original'

export const fillStrategies: readonly FillStrategy[] = ['crop', 'resize', 'original']

/** One run of the network. */
export interface FillStep {
  /** What the network sees of the picture. */
  readonly crop: Box
  /** At which size; smaller than `crop` where the picture is scaled down for it. */
  readonly seen: Size
  /** The hole within this part is pasted. */
  readonly core: Box
  /**
   * `first` fills what no step has filled, `coarse` does so as a guess that is filled again, and
   * `refine` fills its core again, taking the guess around it for known.
   */
  readonly kind: 'first' | 'coarse' | 'refine'
}

/** What will be run, known before anything is. */
export interface FillPlan {
  readonly strategy: FillStrategy
  /** Why, and with what, as a line for people. */
  readonly why: string
  readonly steps: readonly FillStep[]
  /** Bytes of the network's variables and of its largest program. */
  readonly networkBytes: number
}
