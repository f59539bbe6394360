import type { Lowering, PairContext } from '../../engine/device/device.ts'
import type { Node } from '../../engine/graph/graph.ts'
import type { OpDefinition } from '../../engine/graph/opDefinition.ts'
import * as ops from '../../engine/ops/allOps.ts'
import { present } from '../../foundation/invariant.ts'
import { LINEAR_ADAMW, LINEAR_SGD } from './abi/kernelIds.ts'
import { lowerEnlargedConv, readsBeforeEnlarging } from './lowering/enlargedConv.ts'
import { lowerFlattenedLinear, reordersWeights } from './lowering/flattenedLinear.ts'
import { gainsByUpdating, lowerLinearUpdate } from './lowering/linearUpdate.ts'
import { lowerAdamwUpdate, lowerSgdUpdate } from './lowering/update.ts'
import type { WasmLoweringContext } from './step.ts'

/** Two ops, of which the second alone reads what the first gives, and how they are computed as one. */
interface Pair {
  readonly first: OpDefinition
  readonly second: OpDefinition
  readonly when: (first: Node, second: Node, context: WasmPairContext) => boolean
  readonly lower: (first: Node, second: Node, context: WasmLoweringContext) => Lowering
}

/** What is known before pairs are joined, of the program and of the device. */
type WasmPairContext = PairContext & Pick<WasmLoweringContext, 'exact'>

function pair<A extends object, B extends object>(
  first: OpDefinition<A>,
  second: OpDefinition<B>,
  when: (first: Node<A>, second: Node<B>, context: WasmPairContext) => boolean,
  lower: (first: Node<A>, second: Node<B>, context: WasmLoweringContext) => Lowering,
): Pair {
  // Pairs of many attribute types stand in one table; each is only ever asked about its own ops.
  return { first, second, when, lower } as unknown as Pair
}

/** The table of pairs, keyed on ops and shapes as that of single kernels. */
const pairs: readonly Pair[] = [
  pair(ops.resizeNearest, ops.conv, readsBeforeEnlarging, lowerEnlargedConv),
  pair(ops.resizeNearest, ops.gatedConv, readsBeforeEnlarging, lowerEnlargedConv),
  pair(ops.reshape, ops.linear, reordersWeights, lowerFlattenedLinear),
  pair(ops.linearBackwardWeight, ops.sgdUpdate, gains, (first, second) =>
    lowerLinearUpdate(LINEAR_SGD, plain(first), lowerSgdUpdate(second)),
  ),
  pair(ops.linearBackwardWeight, ops.adamwUpdate, gains, (first, second) =>
    lowerLinearUpdate(LINEAR_ADAMW, plain(first), lowerAdamwUpdate(second)),
  ),
]

function gains<A extends object, B extends object>(first: Node<A>, second: Node<B>): boolean {
  return gainsByUpdating(plain(first), plain(second))
}

/** A node of which nobody asks the attributes. */
function plain<A extends object>(node: Node<A>): Node {
  return node as unknown as Node
}

/** Whether two nodes are better computed in one pass. */
export function fusesNodes(first: Node, second: Node, context: WasmPairContext): boolean {
  return pairs.some(
    (row) => row.first === first.op && row.second === second.op && row.when(first, second, context),
  )
}

/** The kernel of a pair that `fusesNodes` has said yes to. */
export function selectFusedKernel(
  first: Node,
  second: Node,
  context: WasmLoweringContext,
): Lowering {
  const row = pairs.find((entry) => entry.first === first.op && entry.second === second.op)
  return present(row, 'pair of kernels').lower(first, second, context)
}
