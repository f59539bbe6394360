import { SluiceError } from '../../foundation/errors.ts'
import type { TorchLimits } from './limits.ts'
import { PickleCursor } from './pickleCursor.ts'
import { instructions } from './pickleInstructions.ts'
import { opcode, opcodeName } from './pickleOpcodes.ts'
import type { AllowedGlobal, PickleValue } from './pickleValues.ts'

/** What a pickle may refer to outside itself. */
export interface PickleWorld {
  /** The allowed global of that name; throws `refused` for every other. */
  readonly findGlobal: (module: string, name: string) => AllowedGlobal
  /** The object for a persistent id: PyTorch's way to refer to a storage. */
  readonly loadPersistent: (id: PickleValue) => PickleValue
}

/** A world in which nothing persistent exists, for the plain values around a legacy file's object. */
export function withoutPersistent(findGlobal: PickleWorld['findGlobal']): PickleWorld {
  return { findGlobal, loadPersistent: () => null }
}

/**
 * Python's pickle is a stack machine whose programs can call anything. This one runs the same
 * instructions but cannot call: a global resolves to an entry of an allow-list, and "calling" it
 * runs our own imitation of that one constructor. Work and memory are bounded by the limits: each
 * instruction adds at most one small object, or is charged for what it copies.
 */
export class PickleMachine {
  readonly cursor: PickleCursor
  readonly world: PickleWorld
  readonly where: string
  private readonly limits: TorchLimits
  private readonly stack: PickleValue[] = []
  private readonly marks: number[] = []
  private operations = 0
  private readonly memo = new Map<number, PickleValue>()

  constructor(bytes: Uint8Array, where: string, limits: TorchLimits, world: PickleWorld, at = 0) {
    this.cursor = new PickleCursor(bytes, where, at)
    this.world = world
    this.where = where
    this.limits = limits
  }

  /** Runs up to STOP and returns the pickled object; the cursor stands behind it. */
  run(): PickleValue {
    for (;;) {
      this.charge(1)
      const code = this.cursor.u8()
      if (code === opcode.STOP) return this.result()
      const instruction = instructions[code]
      if (instruction === undefined) {
        throw this.cursor.error(`${opcodeName(code)} is not an instruction that we know`)
      }
      instruction(this)
    }
  }

  /** Counts work against the limit: one for an instruction, more for one that copies. */
  charge(operations: number): void {
    this.operations += operations
    if (this.operations <= this.limits.maxOperations) return
    throw new SluiceError('limit', 'the pickle has too many instructions', {
      where: this.where,
      expected: `at most ${this.limits.maxOperations}`,
      fix: 'save only the weights: torch.save(model.state_dict(), path)',
    })
  }

  push(value: PickleValue): void {
    this.stack.push(value)
  }

  pop(): PickleValue {
    this.checkAbove(1)
    return this.stack.pop() ?? null
  }

  /** The topmost value, which stays. */
  top(): PickleValue {
    this.checkAbove(1)
    return this.stack.at(-1) ?? null
  }

  /** The topmost `count` values in the order they were pushed. */
  popMany(count: number): PickleValue[] {
    this.checkAbove(count)
    return this.stack.splice(this.stack.length - count)
  }

  mark(): void {
    this.marks.push(this.stack.length)
  }

  /** Everything above the last mark, and the mark itself. */
  popToMark(): PickleValue[] {
    const position = this.marks.pop()
    if (position === undefined) throw this.cursor.error('a MARK is missing')
    return this.stack.splice(position)
  }

  /** POP takes a mark as well where a mark is on top. */
  discard(): void {
    if (this.marks.at(-1) === this.stack.length) this.marks.pop()
    else this.pop()
  }

  remember(index: number | bigint): void {
    this.memo.set(Number(index), this.top())
  }

  rememberNext(): void {
    this.memo.set(this.memo.size, this.top())
  }

  recall(index: number | bigint): void {
    const value = this.memo.get(Number(index))
    if (value === undefined) throw this.cursor.error('the memo has nothing under that number')
    this.stack.push(value)
  }

  private result(): PickleValue {
    if (this.stack.length !== 1 || this.marks.length !== 0) {
      throw this.cursor.error('the pickle does not end with one object')
    }
    return this.pop()
  }

  /** Values below the last mark are out of reach, as in Python. */
  private checkAbove(count: number): void {
    const floor = this.marks.at(-1) ?? 0
    if (this.stack.length - floor < count) throw this.cursor.error('the stack is empty')
  }
}
