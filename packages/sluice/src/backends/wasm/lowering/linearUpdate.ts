import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { type KernelStep, StepRecorder } from '../step.ts'
import { ceilDivide } from './chunks.ts'
import { gradientChunk } from './linear.ts'

/** Four rows of 1,024 floats; see `kernels/linearUpdate.ts`. */
const SCRATCH_BYTES = 4 * 1024 * 4

/**
 * How many times larger than its operands a gradient must be, before it pays to keep those until the
 * update instead of it.
 */
const GAIN_MIN = 8

/** Whether a linear layer's weight gradient is to be made where the update uses it up. */
export function gainsByUpdating({ inputs, outputs }: Node, update: Node): boolean {
  const [gradient] = outputs
  const features = gradient?.shape[1] ?? 1
  if (gradient === undefined || update.inputs[1] !== gradient || features % 4 !== 0) return false
  const operands = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0)
  return elementCount(gradient.shape) >= GAIN_MIN * operands
}

/**
 * Records a linear layer's weight gradient and its update as one kernel.
 * @param updated the update's own lowering, of which the words are taken
 */
export function lowerLinearUpdate(
  kernel: number,
  { inputs: [x, dy] }: Node,
  updated: Lowering,
): Lowering {
  const [batch = 1, features = 1] = present(x, 'input').shape
  const outputs = present(dy, 'gradient').shape[1] ?? 1
  const chunk = gradientChunk(features)
  const [step] = updated.payload as readonly KernelStep[]
  const recorder = new StepRecorder()
  recorder.add(
    kernel,
    ceilDivide(features, chunk),
    [
      { value: x },
      { value: dy },
      batch,
      features,
      outputs,
      chunk,
      ...present(step, "the update's step").args,
    ],
    { scratchBytes: SCRATCH_BYTES },
  )
  return recorder.finish(
    `linearBackwardWeight+${updated.kernel}`,
    'the gradient is used up where it is made',
  )
}
