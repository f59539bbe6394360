import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { SluiceError } from '../foundation/errors.ts'
import { isRelu } from './activation.ts'
import type { Fields } from './description/fields.ts'
import { isModuleName } from './description/fields.ts'
import type { ChildReader, ModuleReader } from './description/readModule.ts'
import { canFuseRelu } from './reluFusing.ts'

/** Modules with their names, in order. */
export type NamedModules = readonly (readonly [name: string, module: Module])[]

/**
 * Modules one after the other. An array names them `0`, `1`, … as PyTorch's `Sequential`, an object by
 * its keys. A `relu` right after a convolution runs inside it.
 */
export function sequential(modules: readonly Module[] | Readonly<Record<string, Module>>): Module {
  return sequentialOf(namedModules('sequential', modules))
}

/** `sequential` of name and module pairs, for names that object keys would reorder (`0`, `10`). */
export function sequentialOf(children: NamedModules): Module {
  return {
    type: 'sequential',
    describe: () => ({ type: 'sequential', modules: describeNamed(children) }),
    build: (scope, input) => buildInOrder(children, scope, input),
  }
}

function buildInOrder(children: NamedModules, scope: Scope, input: Value): Value {
  let value = input
  let relusInside = false
  children.forEach(([name, module], index) => {
    if (relusInside) {
      relusInside = false
      return
    }
    relusInside = canFuseRelu(module) && isRelu(children[index + 1]?.[1])
    value = scope.child(name, relusInside ? withRelu(module) : module, value)
  })
  return value
}

function withRelu(module: Module): Module {
  return canFuseRelu(module)
    ? { ...module, build: (scope, input) => module.buildWithRelu(scope, input) }
    : module
}

/** Checks names and turns either way of writing children into pairs. */
export function namedModules(
  layer: string,
  modules: readonly Module[] | Readonly<Record<string, Module>>,
): NamedModules {
  const named = Object.entries<Module>(modules as Readonly<Record<string, Module>>)
  for (const [name] of named) {
    if (isModuleName(name)) continue
    throw new SluiceError('usage', 'names of modules are letters, digits, "_" and "-"', {
      where: layer,
      received: `"${name}"`,
    })
  }
  return named
}

/** An array, because JSON objects do not keep the order of keys that are numbers. */
export function describeNamed(children: NamedModules) {
  return children.map(([name, module]) => ({ name, module: module.describe() }))
}

export function readNamed(fields: Fields, child: ChildReader): NamedModules {
  const list = fields.take('modules')
  if (!Array.isArray(list)) throw fields.wrong('modules', 'a list', list)
  const names = new Set<string>()
  return list.map((entry: unknown) => {
    const { name, module }: { name?: unknown; module?: unknown } = Object(entry)
    if (typeof name !== 'string' || !isModuleName(name) || names.has(name)) {
      throw fields.wrong('modules', 'entries with a name of their own', name)
    }
    names.add(name)
    return [name, child(module, name)] as const
  })
}

export const readSequential: ModuleReader = (fields, child) =>
  sequentialOf(readNamed(fields, child))
