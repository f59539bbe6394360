import type { ClipSource, EvaluationRecipe, TrainingPlace, TrainingRecipe } from 'sluice/data'

/** What a thread is asked to do with one clip. */
export type ClipTask =
  | { readonly kind: 'inspect'; readonly item: ClipSource }
  | {
      readonly kind: 'training'
      readonly item: ClipSource
      readonly recipe: TrainingRecipe
      readonly place: TrainingPlace
    }
  | {
      readonly kind: 'evaluation'
      readonly item: ClipSource
      readonly recipe: EvaluationRecipe
      readonly index: number
    }
