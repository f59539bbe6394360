import type { Node } from '../engine/graph/graph.ts'
import type { Value } from '../engine/graph/value.ts'
import { SluiceError } from '../foundation/errors.ts'
import { sameShape } from '../foundation/shape.ts'

/** A value of a graph and the layer that made it. */
export interface Explained {
  readonly value: Value
  readonly path: string
}

/**
 * The activation by which a network is explained: of the last node that multiplies weights over space,
 * or the last of a named layer, and then, as long as nothing but norms, rectifiers and sums follow,
 * what these make of it.
 *
 * @throws SluiceError `usage` for a layer that is not there, `unsupported` for a model without one
 */
export function explainedValue(nodes: readonly Node[], logits: Value, layer?: string): Explained {
  const relevant = leadingTo(nodes, logits).filter(hasSpace)
  const named = layer === undefined ? undefined : relevant.filter(({ path }) => within(path, layer))
  if (named?.length === 0) throw noSuchLayer(relevant, layer)
  const last = (named ?? relevant.filter((node) => (node.op.multiplyAdds?.(node) ?? 0) > 0)).at(-1)
  const value = last?.outputs[0]
  if (last === undefined || value === undefined) {
    throw new SluiceError('unsupported', 'this network has no convolution to explain it by', {
      fix: 'name a layer whose output has space: its maps are what is drawn',
    })
  }
  if (named !== undefined) return { value, path: last.path }
  return followed(relevant, { value, path: last.path })
}

/**
 * Refuses a way from a value to the logits on which an op has no gradient: what it hides would be
 * missing without a word.
 */
export function requireGradients(nodes: readonly Node[], from: Value, logits: Value): void {
  const dependent = new Set([from.id])
  for (const node of leadingTo(nodes, logits)) {
    if (!node.inputs.some(({ id }) => dependent.has(id))) continue
    for (const output of node.outputs) dependent.add(output.id)
    if (node.op.gradient !== undefined) continue
    throw new SluiceError('unsupported', `${node.op.name} has no gradient to explain with`, {
      where: node.path,
      fix: 'name a layer behind it',
    })
  }
}

/** What same-shaped successors make of a value: the activation after norm and rectifier. */
function followed(nodes: readonly Node[], start: Explained): Explained {
  const dependent = new Set([start.value.id])
  let end = start
  for (const node of nodes) {
    const [output] = node.outputs
    if (output === undefined || !node.inputs.some(({ id }) => dependent.has(id))) continue
    if (!sameShape(output.shape, start.value.shape)) continue
    dependent.add(output.id)
    end = { value: output, path: node.path }
  }
  return end
}

/** The nodes on which a value depends, in order. */
function leadingTo(nodes: readonly Node[], value: Value): Node[] {
  const needed = new Set([value.id])
  return [...nodes]
    .reverse()
    .filter((node) => {
      const leads = node.outputs.some(({ id }) => needed.has(id))
      if (leads) for (const { id } of node.inputs) needed.add(id)
      return leads
    })
    .reverse()
}

function hasSpace(node: Node): boolean {
  const [output] = node.outputs
  return output !== undefined && output.kind === 'activation' && output.shape.length >= 3
}

function within(path: string, layer: string): boolean {
  return path === layer || path.startsWith(`${layer}.`)
}

function noSuchLayer(relevant: readonly Node[], layer: string | undefined): SluiceError {
  const paths = [...new Set(relevant.map(({ path }) => path))]
  return new SluiceError('usage', 'no layer of this name has an output with space', {
    expected: paths.slice(-12).join(', '),
    received: `"${layer}"`,
  })
}
