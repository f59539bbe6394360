/** Filling holes in pictures: `Inpainter`s run on pictures and masks of any size. */
export { inpaintingGraph, type PictureSize } from '../inpainting/inpaintingGraph.ts'
