import { SluiceError } from '../../foundation/errors.ts'
import type { Initialiser } from '../../foundation/initialiser.ts'
import { invariant, present } from '../../foundation/invariant.ts'
import { checkShape, formatShape, type Shape, sameShape } from '../../foundation/shape.ts'
import type { Graph, Node, Variable } from './graph.ts'
import type { Attributes, OpDefinition } from './opDefinition.ts'
import type { Value, ValueKind, ValueRole, ValueType } from './value.ts'

interface ValueOptions {
  readonly type?: ValueType
  readonly kind?: ValueKind
}

/** What a variable is to hold after the step, and the op that writes it. */
interface Replacement {
  readonly variable: Value
  readonly value: Value
  readonly write: OpDefinition
  readonly path: string
}

/** Grows a graph node by node; `finish` gives the immutable result. */
export class GraphBuilder {
  private readonly nodes: Node[] = []
  private readonly inputs = new Map<string, Value>()
  private readonly variables = new Map<string, Variable>()
  private readonly outputs = new Map<string, Value>()
  private readonly replacements = new Map<number, Replacement>()
  private nextValue = 0

  /** A tensor handed in at every run. Asking twice for one name gives the same value. */
  input(name: string, shape: Shape, options: ValueOptions = {}): Value {
    checkShape(shape, `input "${name}"`)
    const existing = this.inputs.get(name)
    if (existing !== undefined) {
      invariant(sameShape(existing.shape, shape), `input ${name} is asked for with two shapes`)
      return existing
    }
    const value = this.newValue(shape, 'input', name, options)
    this.inputs.set(name, value)
    return value
  }

  /** A tensor that lives across steps. Row-major, as PyTorch shapes it. */
  variable(
    name: string,
    shape: Shape,
    role: 'parameter' | 'buffer',
    initialise: Initialiser,
  ): Value {
    checkShape(shape, `${role} "${name}"`)
    const existing = this.variables.get(name)
    if (existing !== undefined) {
      if (!sameShape(existing.value.shape, shape)) {
        throw new SluiceError('shape', `two ${role}s share one name`, {
          where: name,
          expected: formatShape(existing.value.shape),
          received: formatShape(shape),
          fix: 'give the layers different names',
        })
      }
      return existing.value
    }
    const value = this.newValue(shape, role, name, { kind: 'plain' })
    this.variables.set(name, { value, initialise })
    return value
  }

  /** Applies an op; the shapes of its outputs follow from its inputs. */
  apply<A extends object>(
    op: OpDefinition<A>,
    inputs: readonly Value[],
    attributes: A,
    path = '',
  ): Value[] {
    const where = path === '' ? op.name : `${path} (${op.name})`
    const specs = op.infer(inputs, attributes, where)
    const outputs = specs.map((spec) => {
      checkShape(spec.shape, where)
      return this.newValue(spec.shape, 'intermediate', '', spec)
    })
    this.nodes.push(nodeOf(this.nodes.length, op, { inputs, outputs, attributes, path }))
    return outputs
  }

  /** Applies an op of which only the first output is wanted. */
  applyOne<A extends object>(
    op: OpDefinition<A>,
    inputs: readonly Value[],
    attributes: A,
    path = '',
  ): Value {
    return present(this.apply(op, inputs, attributes, path)[0], `output of ${op.name}`)
  }

  /** Names a value as a result of the graph. */
  output(name: string, value: Value): void {
    invariant(!this.outputs.has(name), `output ${name} is named twice`)
    this.outputs.set(name, value)
  }

  /**
   * What a variable holds at this point of the step: what the last `replace` said, or its value from before
   * the step. A module that is built twice goes on from where its first use left off.
   */
  latest(variable: Value): Value {
    return this.replacements.get(variable.id)?.value ?? variable
  }

  /**
   * Says what a variable is to hold after the step; of several the last counts. It is written once, after
   * everything else, so that all of the step may read the variable as it was.
   * @param write an op on `[variable, value]` that overwrites the first
   */
  replace(variable: Value, value: Value, write: OpDefinition, path = ''): void {
    this.replacements.set(variable.id, { variable, value, write, path })
  }

  /** The nodes so far, in order. */
  get nodesSoFar(): readonly Node[] {
    return this.nodes
  }

  /** The trained variables so far, in the order in which layers asked for them. */
  get parameters(): Value[] {
    return [...this.variables.values()]
      .map((variable) => variable.value)
      .filter((value) => value.role === 'parameter')
  }

  finish(): Graph {
    const writes = [...this.replacements.values()].map(({ variable, value, write, path }, index) =>
      nodeOf(this.nodes.length + index, write, {
        inputs: [variable, value],
        outputs: [],
        attributes: {},
        path,
      }),
    )
    return {
      nodes: [...this.nodes, ...writes],
      inputs: new Map(this.inputs),
      variables: new Map(this.variables),
      outputs: new Map(this.outputs),
    }
  }

  private newValue(shape: Shape, role: ValueRole, name: string, options: ValueOptions): Value {
    return {
      id: this.nextValue++,
      shape: [...shape],
      type: options.type ?? 'float32',
      kind: options.kind ?? 'activation',
      role,
      name,
    }
  }
}

function nodeOf<A extends object>(
  id: number,
  op: OpDefinition<A>,
  { attributes, ...rest }: Omit<Node<A>, 'id' | 'op'>,
): Node {
  // Definitions are stored without their attribute type: a graph holds many kinds of op.
  return { id, op: op as unknown as OpDefinition, attributes: attributes as Attributes, ...rest }
}
