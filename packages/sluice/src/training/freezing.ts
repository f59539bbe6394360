import { inferenceGraph } from '../engine/graph/inferenceGraph.ts'
import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Shape } from '../foundation/shape.ts'

/**
 * The top-level parts of a model that hold parameters, in the order in which they run: `stem`,
 * `stage1` … `head` of a clip classifier, `0`, `2` … of a sequence. The last one is its head.
 */
export function blocksOf(model: Module, input: Shape): string[] {
  const { variables } = inferenceGraph(model, input)
  const parameters = [...variables].filter(([, { value }]) => value.role === 'parameter')
  return [...new Set(parameters.map(([name]) => name.split('.', 1)[0] ?? name))]
}

/** Whether a parameter is one of those that a path means: itself, or within that module. */
export function isWithin(name: string, path: string): boolean {
  return name === path || name.startsWith(`${path}.`)
}

/**
 * Paths of what is to stay as it is.
 * @param freeze how many blocks from the front, or paths of modules and parameters
 * @throws SluiceError `usage` when nothing would be left to train, or there is no such number of blocks
 */
export function frozenPaths(
  model: Module,
  input: Shape,
  freeze: number | readonly string[],
): readonly string[] {
  if (typeof freeze !== 'number') return [...freeze]
  if (freeze === 0) return []
  const blocks = blocksOf(model, input)
  if (Number.isSafeInteger(freeze) && freeze > 0 && freeze < blocks.length) {
    return blocks.slice(0, freeze)
  }
  throw new SluiceError('usage', 'so many blocks cannot be frozen', {
    expected: `0 to ${blocks.length - 1}: the model has the blocks ${blocks.join(', ')}`,
    received: String(freeze),
  })
}

/** Refuses paths that mean no parameter: a typing error would train what should stay. */
export function checkFrozen(paths: readonly string[], parameters: readonly string[]): void {
  for (const path of paths) {
    if (parameters.some((name) => isWithin(name, path))) continue
    throw new SluiceError('usage', `there is nothing called "${path}" to freeze`, {
      expected: [...new Set(parameters.map((name) => name.split('.', 1)[0] ?? name))].join(', '),
    })
  }
}
