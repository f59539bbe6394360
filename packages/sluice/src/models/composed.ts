import type { Module, ModuleDescription } from '../engine/graph/module.ts'

/** A network that is described by its own options, and built by the layers it is made of. */
export function composed(description: ModuleDescription, body: Module): Module {
  return {
    type: description.type,
    describe: () => description,
    build: (scope, input) => body.build(scope, input),
  }
}
