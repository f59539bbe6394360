import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { ConcatAttributes } from '../../../engine/ops/concat/concat.ts'
import type { ReshapeAttributes } from '../../../engine/ops/reshape/reshape.ts'
import type { PadZerosAttributes, SliceAttributes } from '../../../engine/ops/slice/slice.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { COPY_BLOCKS, FILL_ZERO, TO_CHANNELS_LAST, TO_ROW_MAJOR } from '../abi/kernelIds.ts'
import {
  batchOf,
  channelsOf,
  isChannelsLast,
  physicalAxis,
  physicalShape,
  pixelsOf,
} from '../layout.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { CHUNK_ELEMENTS, ceilDivide, elementChunks } from './chunks.ts'
import { addTranspose, type Matrices } from './transpose.ts'

/** How one axis lies in memory: runs of `length` floats per step along it, repeated `outer` times. */
function axisLayout(value: Value, axis: number): { outer: number; length: number; run: number } {
  const shape = physicalShape(value)
  const at = physicalAxis(value, axis)
  const length = elementCount(shape.slice(at + 1))
  return { outer: elementCount(shape.slice(0, at)), length, run: length * (shape[at] ?? 1) }
}

/** Records a strided copy, in chunks of about 64 KB. */
function copy(
  recorder: StepRecorder,
  source: Argument,
  target: Argument,
  layout: { runs: number; floats: number; sourceStep: number; targetStep: number },
): void {
  const { runs, floats, sourceStep, targetStep } = layout
  const runsPerChunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / floats))
  recorder.add(COPY_BLOCKS, ceilDivide(runs, runsPerChunk), [
    source,
    target,
    runs,
    floats,
    sourceStep,
    targetStep,
    runsPerChunk,
  ])
}

export function lowerConcat(node: Node<ConcatAttributes>): Lowering {
  const y = present(node.outputs[0], 'output')
  const whole = axisLayout(y, node.attributes.axis)
  const recorder = new StepRecorder()
  let start = 0
  for (const input of node.inputs) {
    const part = axisLayout(input, node.attributes.axis)
    copy(
      recorder,
      { value: input },
      { value: y, offset: start * 4 },
      {
        runs: part.outer,
        floats: part.run,
        sourceStep: part.run,
        targetStep: whole.run,
      },
    )
    start += part.run
  }
  return recorder.finish('concat-f32', `${node.inputs.length} strided copies`)
}

export function lowerSlice(node: Node<SliceAttributes>): Lowering {
  const x = present(node.inputs[0], 'input')
  const y = present(node.outputs[0], 'output')
  const whole = axisLayout(x, node.attributes.axis)
  const part = axisLayout(y, node.attributes.axis)
  const recorder = new StepRecorder()
  const offset = node.attributes.start * whole.length * 4
  copy(
    recorder,
    { value: x, offset },
    { value: y },
    {
      runs: part.outer,
      floats: part.run,
      sourceStep: whole.run,
      targetStep: part.run,
    },
  )
  return recorder.finish('slice-f32', 'a strided copy')
}

export function lowerPadZeros(node: Node<PadZerosAttributes>): Lowering {
  const x = present(node.inputs[0], 'input')
  const y = present(node.outputs[0], 'output')
  const part = axisLayout(x, node.attributes.axis)
  const whole = axisLayout(y, node.attributes.axis)
  const elements = elementCount(y.shape)
  const recorder = new StepRecorder()
  recorder.add(FILL_ZERO, elementChunks(elements), [{ value: y }, elements, CHUNK_ELEMENTS])
  const offset = node.attributes.before * whole.length * 4
  copy(
    recorder,
    { value: x },
    { value: y, offset },
    {
      runs: part.outer,
      floats: part.run,
      sourceStep: part.run,
      targetStep: whole.run,
    },
  )
  return recorder.finish('padZeros-f32', 'zeros, then a strided copy')
}

/** Same elements, row-major in meaning: nothing to do unless one side is channels last. */
export function lowerReshape(node: Node<ReshapeAttributes>): Lowering {
  const x = present(node.inputs[0], 'input')
  const y = present(node.outputs[0], 'output')
  const recorder = new StepRecorder()
  const elements = elementCount(x.shape)
  if (!isChannelsLast(x) && !isChannelsLast(y)) {
    copy(
      recorder,
      { value: x },
      { value: y },
      {
        runs: 1,
        floats: elements,
        sourceStep: elements,
        targetStep: elements,
      },
    )
    return recorder.finish('reshape-f32', 'same memory', [[0, 0]])
  }
  const between =
    isChannelsLast(x) && isChannelsLast(y) ? recorder.temporary(elements * 4) : undefined
  if (isChannelsLast(x)) {
    const target = between ?? { value: y }
    addTranspose(recorder, TO_ROW_MAJOR, matrices(x), { value: x }, target)
  }
  if (isChannelsLast(y)) {
    const source = between ?? { value: x }
    addTranspose(recorder, TO_CHANNELS_LAST, matrices(y), source, { value: y })
  }
  return recorder.finish('reshape-f32-transpose', 'channels last on one side or both')
}

function matrices({ shape }: Value): Matrices {
  return { batch: batchOf(shape), pixels: pixelsOf(shape), channels: channelsOf(shape) }
}
