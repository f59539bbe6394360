/** Filling holes in pictures: `Inpainter`s run on pictures and masks of any size. */

export type { FillPlan, FillStep, FillStrategy } from '../inpainting/fill/fillPlan.ts'
export { growHole } from '../inpainting/fill/growHole.ts'
export {
  type Filled,
  type FillOptions,
  type FillProgress,
  HoleFiller,
} from '../inpainting/fill/holeFiller.ts'
export { type InpaintOptions, inpaint } from '../inpainting/fill/inpaint.ts'
export type { NetworkOptions } from '../inpainting/fill/networkPrograms.ts'
export type { Box, Picture, Samples, Size } from '../inpainting/fill/picture.ts'
export type { PlanOptions } from '../inpainting/fill/planFill.ts'
export {
  countHole,
  drawPolygon,
  drawRectangle,
  type Point,
  type Rectangle,
  resizeHole,
} from '../inpainting/holes/drawHole.ts'
export { type HoleReading, type ReadHoleOptions, readHole } from '../inpainting/holes/readHole.ts'
export { inpaintingGraph, type PictureSize } from '../inpainting/inpaintingGraph.ts'
export {
  type FreeFormOptions,
  freeFormMask,
  type MaskShape,
  maskShapes,
} from '../inpainting/masks/freeFormMask.ts'
export { cropMask, emptyMask, holeShare, type Mask } from '../inpainting/masks/mask.ts'
export { FeatureDistance } from '../inpainting/quality/featureDistance.ts'
export { type PixelError, pixelError, type Rgb } from '../inpainting/quality/pixelError.ts'
export { resnet34Trunk } from '../inpainting/quality/resnet34Trunk.ts'
export { ssim } from '../inpainting/quality/ssim.ts'
export { biharmonicFill } from '../inpainting/smooth/biharmonicFill.ts'
export { harmonicFill, type SmoothFillOptions } from '../inpainting/smooth/harmonicFill.ts'
export type { Plane } from '../inpainting/smooth/holeGrid.ts'
export { completedPictures } from '../inpainting/training/completedPictures.ts'
export {
  type InpaintingTrainerOptions,
  inpaintingTrainer,
} from '../inpainting/training/inpaintingTrainer.ts'
export {
  type JudgedPicture,
  judgeFills,
  type Paint,
} from '../inpainting/training/judgeFills.ts'
export type { RgbPhoto } from '../inpainting/training/makePicture.ts'
export { type PerceptualOptions, perceptualLoss } from '../inpainting/training/perceptualLoss.ts'
export {
  checkViews,
  mildPictures,
  type PhotoSize,
  type PictureAugmentation,
  type PictureRecipe,
  type PictureWindow,
  plainPictures,
  storedShortSide,
  strongPictures,
  type WindowOptions,
} from '../inpainting/training/pictureRecipe.ts'
export {
  inpaintingBatch,
  type MaskedPicture,
  makeMaskedPicture,
  type PictureSettings,
  type PictureTask,
  trainingTask,
  validationTasks,
} from '../inpainting/training/pictureTask.ts'
export {
  type ReconstructionOptions,
  reconstructionLoss,
} from '../inpainting/training/reconstructionLoss.ts'
export {
  type SmoothRelativeOptions,
  smoothRelativeLoss,
} from '../inpainting/training/smoothRelativeLoss.ts'
export { startingWeights } from '../inpainting/training/startingWeights.ts'
export { type TrainingMaskOptions, trainingMask } from '../inpainting/training/trainingMask.ts'
