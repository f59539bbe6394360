import { conv2d, gatedConv2d, inpainter, sequential, tanh, upsample } from 'sluice'

/** An inpainter that fills with colours of no meaning, at once. */
export const tinyInpainter = inpainter(
  sequential({
    down: gatedConv2d(4, 6, { kernelSize: 3, stride: 2, padding: 1 }),
    middle: gatedConv2d(6, 6, { kernelSize: 3, padding: 1 }),
    up: upsample(2),
    rgb: conv2d(6, 3, { kernelSize: 3, padding: 1 }),
    range: tanh(),
  }),
  { multipleOf: 2, receptiveField: 400 },
)
