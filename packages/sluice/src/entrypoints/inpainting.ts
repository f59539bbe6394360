/** Filling holes in pictures: `Inpainter`s run on pictures and masks of any size. */
export { inpaintingGraph, type PictureSize } from '../inpainting/inpaintingGraph.ts'
export {
  type FreeFormOptions,
  freeFormMask,
  type MaskShape,
  maskShapes,
} from '../inpainting/masks/freeFormMask.ts'
export { cropMask, emptyMask, holeShare, type Mask } from '../inpainting/masks/mask.ts'
export { completedPictures } from '../inpainting/training/completedPictures.ts'
export {
  type ReconstructionOptions,
  reconstructionLoss,
} from '../inpainting/training/reconstructionLoss.ts'
