import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import {
  jumps,
  neighbours,
  type PatchFillAttributes,
  shifts,
} from '../../../engine/ops/patchFill/patchSteps.ts'
import { present } from '../../../foundation/invariant.ts'
import { PATCH_BEGIN, PATCH_PASTE, PATCH_SEARCH } from '../abi/kernelIds.ts'
import { batchOf, channelsOf } from '../layout.ts'
import { StepRecorder } from '../step.ts'

export function lowerPatchFill(
  node: Node<PatchFillAttributes>,
  context: LoweringContext,
): Lowering {
  const { patch, rounds, everywhere, shade, contrast } = node.attributes
  const [picture, mask, coarse] = node.inputs
  const { shape } = present(picture, 'picture')
  const [, height, width] = spatial(shape).size
  const channels = channelsOf(shape)
  const places = batchOf(shape) * height * width
  const rows = batchOf(shape) * height
  const pixelBytes = Math.ceil(channels / 4) * 16

  const recorder = new StepRecorder()
  const canvas = recorder.temporary(places * pixelBytes)
  const kinds = recorder.temporary(places * 4)
  const [even, odd] = [recorder.temporary(places * 4), recorder.temporary(places * 4)]
  const distances = recorder.temporary(places * 4)
  const offsets = recorder.temporary(places * pixelBytes)
  const [source, hole, field] = [{ value: picture }, { value: mask }, { value: coarse }]
  const sizes = [height, width, patch, pixelBytes]
  recorder.add(PATCH_BEGIN, rows, [source, hole, field, canvas, kinds, even, channels, ...sizes])

  const steps = [...neighbours, ...shifts, ...jumps.map((step) => step.map((by) => by * patch))]
  const table = { table: Uint32Array.from(Int32Array.from(steps.flat())) }
  const candidates = Math.max(1 + steps.length, everywhere === 0 ? 0 : height * width)
  const scratchBytes = candidates * 4
  for (let round = 0; round < rounds; round++) {
    const [before, finds] = round % 2 === 0 ? [even, odd] : [odd, even]
    const lists = [canvas, kinds, before, finds, distances]
    const how = [
      round < everywhere ? 1 : 0,
      table,
      offsets,
      { float: shade * (2 - shade) },
      { float: contrast },
      ...[neighbours.length, shifts.length, jumps.length],
    ]
    recorder.add(PATCH_SEARCH, rows, [...lists, ...sizes, ...how], { scratchBytes })
    const last = round === rounds - 1
    const written = (value: Value) => (last && context.isUsed(value) ? { value } : 0)
    const colours = [hole, ...node.outputs.map(written), channels, ...sizes]
    const given = [offsets, { float: contrast }]
    recorder.add(PATCH_PASTE, rows, [canvas, finds, distances, ...colours, ...given])
  }
  return recorder.finish(
    'patchFill-f32',
    everywhere === 0 ? 'near what half the size has found' : 'everywhere, then near',
  )
}
