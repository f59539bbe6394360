import { present } from '../../../foundation/invariant.ts'
import type { Shape } from '../../../foundation/shape.ts'
import type { ReferenceTensor } from '../../graph/opDefinition.ts'

/** Shape of one branch of a tensor that holds the channels of `branches` convolutions one after another. */
export function branchShape(shape: Shape, branches: number): Shape {
  const [batch = 1, channels = 1, ...space] = shape
  return [batch, channels / branches, ...space]
}

/** Copies one branch's channels out of `[N, branches·O, …]`. */
export function takeBranch(
  whole: ReferenceTensor,
  branch: number,
  branches: number,
): ReferenceTensor {
  const shape = branchShape(whole.shape, branches)
  const batch = present(shape[0], 'batch')
  const length = whole.data.length / batch / branches
  const data = new Float64Array(batch * length)
  for (let n = 0; n < batch; n++) {
    const from = (n * branches + branch) * length
    data.set(whole.data.subarray(from, from + length), n * length)
  }
  return { shape, data }
}

/** Copies one branch's channels into `[N, branches·O, …]`. */
export function putBranch(
  whole: ReferenceTensor,
  branch: number,
  branches: number,
  part: Float64Array,
): void {
  const batch = present(whole.shape[0], 'batch')
  const length = part.length / batch
  for (let n = 0; n < batch; n++) {
    whole.data.set(part.subarray(n * length, (n + 1) * length), (n * branches + branch) * length)
  }
}
