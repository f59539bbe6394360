import { present } from '../../foundation/invariant.ts'
import { elementCount } from '../../foundation/shape.ts'
import { mutatedInputs, type Node } from './graph.ts'
import type { OpDefinition, OutputSpec, ReferenceTensor } from './opDefinition.ts'

/**
 * Two nodes as one that a device computes in one pass: what the first gives, only the second reads, as
 * its input `place`, and it is never written to memory. Inputs are those of the first, then those of the
 * second without that one. What it means follows from the two, whichever ops they are.
 */
export function fusedNode(first: Node, second: Node, place: number): Node {
  const before = first.inputs.length
  const without = <T>(list: readonly T[]): T[] => list.filter((_, index) => index !== place)
  const op: OpDefinition = {
    name: `${first.op.name}+${second.op.name}`,
    infer: () => second.outputs.map(({ shape, type, kind }): OutputSpec => ({ shape, type, kind })),
    reference(inputs, outputs) {
      const between = first.outputs.map(
        ({ shape }): ReferenceTensor => ({ shape, data: new Float64Array(elementCount(shape)) }),
      )
      first.op.reference(inputs.slice(0, before), between, first.attributes)
      const others = inputs.slice(before)
      others.splice(place, 0, present(between[0], 'value between two nodes'))
      second.op.reference(others, outputs, second.attributes)
    },
    mutates: mutatedInputs(second).map((index) => before + (index < place ? index : index - 1)),
    multiplyAdds: () =>
      (first.op.multiplyAdds?.(first) ?? 0) + (second.op.multiplyAdds?.(second) ?? 0),
  }
  return {
    ...second,
    op,
    attributes: { first: first.attributes, second: second.attributes },
    inputs: [...first.inputs, ...without(second.inputs)],
    fused: [first, second],
  }
}
