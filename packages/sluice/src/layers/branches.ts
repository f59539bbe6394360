import type { Module } from '../engine/graph/module.ts'
import { concat } from '../engine/ops/concat/concat.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'
import { describeNamed, type NamedModules, namedModules, readNamed } from './sequential.ts'

/**
 * Modules side by side on one input, their outputs joined along the channels. Named as in
 * `sequential`.
 */
export function branches(modules: readonly Module[] | Readonly<Record<string, Module>>): Module {
  return branchesOf(namedModules('branches', modules))
}

function branchesOf(children: NamedModules): Module {
  if (children.length === 0) {
    throw new SluiceError('usage', 'branches need at least one module', { where: 'branches' })
  }
  return {
    type: 'branches',
    describe: () => ({ type: 'branches', modules: describeNamed(children) }),
    build(scope, input) {
      const outputs = children.map(([name, module]) => scope.child(name, module, input))
      return scope.apply(concat, outputs, { axis: 1 })
    },
  }
}

export const readBranches: ModuleReader = (fields, child) => branchesOf(readNamed(fields, child))
