import type { Module } from '../engine/graph/module.ts'
import { add } from '../engine/ops/add/add.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'

/**
 * `module(x) + x`, or `module(x) + shortcut(x)` (He et al. 2016). Parameters are called `body.…` and
 * `shortcut.…`.
 */
export function residual(module: Module, shortcut?: Module): Module {
  return {
    type: 'residual',
    describe: () => ({
      type: 'residual',
      body: module.describe(),
      ...(shortcut === undefined ? {} : { shortcut: shortcut.describe() }),
    }),
    build(scope, input) {
      const body = scope.child('body', module, input)
      const straight = shortcut === undefined ? input : scope.child('shortcut', shortcut, input)
      if (!sameShape(body.shape, straight.shape)) {
        throw new SluiceError('shape', 'the two sides of a residual differ', {
          where: `${scope.path || 'model'} (residual)`,
          expected: formatShape(straight.shape),
          received: formatShape(body.shape),
          fix: 'give a shortcut that makes the same shape, e.g. conv3d with kernelSize 1',
        })
      }
      return scope.apply(add, [body, straight], {})
    },
  }
}

export const readResidual: ModuleReader = (fields, child) => {
  const body = child(fields.take('body'), 'body')
  return fields.has('shortcut')
    ? residual(body, child(fields.take('shortcut'), 'shortcut'))
    : residual(body)
}
