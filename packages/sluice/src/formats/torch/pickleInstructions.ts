import { SluiceError } from '../../foundation/errors.ts'
import { plainInteger } from './pickleCursor.ts'
import type { PickleMachine } from './pickleMachine.ts'
import { opcode, opcodeName } from './pickleOpcodes.ts'
import { AllowedGlobal, AttributeBag, NumpyType, type PickleValue } from './pickleValues.ts'

type Instruction = (machine: PickleMachine) => void

/** What each instruction does, by its code. Semantics as in Python's `pickle.py`. */
export const instructions: readonly (Instruction | undefined)[] = buildTable()

function buildTable(): (Instruction | undefined)[] {
  const table = new Array<Instruction | undefined>(256).fill(undefined)
  for (const group of [plainValues(), texts(), containers(), memory(), objects(), refusals()]) {
    for (const [code, instruction] of group) table[code] = instruction
  }
  return table
}

function plainValues(): [number, Instruction][] {
  return [
    [opcode.NONE, (m) => m.push(null)],
    [opcode.NEWTRUE, (m) => m.push(true)],
    [opcode.NEWFALSE, (m) => m.push(false)],
    [opcode.BININT, (m) => m.push(m.cursor.i32())],
    [opcode.BININT1, (m) => m.push(m.cursor.u8())],
    [opcode.BININT2, (m) => m.push(m.cursor.u16())],
    [opcode.LONG1, (m) => m.push(m.cursor.integer(m.cursor.u8()))],
    [opcode.LONG4, (m) => m.push(m.cursor.integer(m.cursor.u32()))],
    [opcode.BINFLOAT, (m) => m.push(m.cursor.f64())],
    [opcode.INT, (m) => m.push(booleanOrIntegerLine(m))],
    [opcode.LONG, (m) => m.push(integerLine(m))],
    [opcode.FLOAT, (m) => m.push(floatLine(m))],
    [opcode.PROTO, checkProtocol],
    // Frames only tell a reader how much to fetch at once.
    [opcode.FRAME, (m) => void m.cursor.u64()],
  ]
}

function texts(): [number, Instruction][] {
  return [
    [opcode.BINUNICODE, (m) => m.push(m.cursor.text(m.cursor.u32()))],
    [opcode.SHORT_BINUNICODE, (m) => m.push(m.cursor.text(m.cursor.u8()))],
    [opcode.BINUNICODE8, (m) => m.push(m.cursor.text(m.cursor.u64()))],
    // Python 2's text; PyTorch reads it as UTF-8 too.
    [opcode.BINSTRING, (m) => m.push(m.cursor.text(m.cursor.u32()))],
    [opcode.SHORT_BINSTRING, (m) => m.push(m.cursor.text(m.cursor.u8()))],
    [opcode.UNICODE, (m) => m.push(unescapedLine(m))],
    [opcode.STRING, (m) => m.push(quotedLine(m))],
    [opcode.BINBYTES, (m) => m.push(m.cursor.take(m.cursor.u32()))],
    [opcode.SHORT_BINBYTES, (m) => m.push(m.cursor.take(m.cursor.u8()))],
    [opcode.BINBYTES8, (m) => m.push(m.cursor.take(m.cursor.u64()))],
    [opcode.BYTEARRAY8, (m) => m.push(m.cursor.take(m.cursor.u64()))],
  ]
}

/** Tuples, lists and sets are all arrays here: nothing downstream tells them apart. */
function containers(): [number, Instruction][] {
  return [
    [opcode.MARK, (m) => m.mark()],
    [opcode.EMPTY_TUPLE, (m) => m.push([])],
    [opcode.TUPLE1, (m) => m.push(m.popMany(1))],
    [opcode.TUPLE2, (m) => m.push(m.popMany(2))],
    [opcode.TUPLE3, (m) => m.push(m.popMany(3))],
    [opcode.TUPLE, (m) => m.push(m.popToMark())],
    [opcode.EMPTY_LIST, (m) => m.push([])],
    [opcode.LIST, (m) => m.push(m.popToMark())],
    [opcode.APPEND, (m) => append(m, [m.pop()])],
    [opcode.APPENDS, (m) => append(m, m.popToMark())],
    [opcode.EMPTY_SET, (m) => m.push([])],
    [opcode.FROZENSET, (m) => m.push(m.popToMark())],
    [opcode.ADDITEMS, (m) => append(m, m.popToMark())],
    [opcode.EMPTY_DICT, (m) => newDictionary(m, [])],
    [opcode.DICT, (m) => newDictionary(m, m.popToMark())],
    [opcode.SETITEM, (m) => setItems(m, m.popMany(2))],
    [opcode.SETITEMS, (m) => setItems(m, m.popToMark())],
  ]
}

function memory(): [number, Instruction][] {
  return [
    [opcode.POP, (m) => m.discard()],
    [opcode.POP_MARK, (m) => void m.popToMark()],
    [opcode.DUP, (m) => m.push(m.top())],
    [opcode.PUT, (m) => m.remember(integerLine(m))],
    [opcode.BINPUT, (m) => m.remember(m.cursor.u8())],
    [opcode.LONG_BINPUT, (m) => m.remember(m.cursor.u32())],
    [opcode.MEMOIZE, (m) => m.rememberNext()],
    [opcode.GET, (m) => m.recall(integerLine(m))],
    [opcode.BINGET, (m) => m.recall(m.cursor.u8())],
    [opcode.LONG_BINGET, (m) => m.recall(m.cursor.u32())],
  ]
}

function objects(): [number, Instruction][] {
  return [
    [opcode.GLOBAL, (m) => m.push(m.world.findGlobal(m.cursor.line(), m.cursor.line()))],
    [opcode.STACK_GLOBAL, stackGlobal],
    [opcode.REDUCE, (m) => call(m, 'REDUCE')],
    [opcode.NEWOBJ, (m) => call(m, 'NEWOBJ')],
    [opcode.BUILD, build],
    [opcode.PERSID, (m) => m.push(m.world.loadPersistent(m.cursor.line()))],
    [opcode.BINPERSID, (m) => m.push(m.world.loadPersistent(m.pop()))],
  ]
}

function refusals(): [number, Instruction][] {
  const codes = [
    opcode.INST,
    opcode.OBJ,
    opcode.NEWOBJ_EX,
    opcode.EXT1,
    opcode.EXT2,
    opcode.EXT4,
    opcode.NEXT_BUFFER,
    opcode.READONLY_BUFFER,
  ]
  return codes.map((code): [number, Instruction] => [code, (m) => refuse(m, code)])
}

function refuse(machine: PickleMachine, code: number): never {
  const builds = code === opcode.INST ? ` an object of ${className(machine)}` : ''
  throw new SluiceError(
    'refused',
    `the pickle uses ${opcodeName(code)} to make${builds || ' objects'}`,
    {
      where: machine.where,
      expected: 'tensors, dictionaries, lists, text and numbers',
      fix: 'save only the weights: torch.save(model.state_dict(), path)',
    },
  )
}

function className(machine: PickleMachine): string {
  return `${machine.cursor.line()}.${machine.cursor.line()}`
}

function checkProtocol(machine: PickleMachine): void {
  const protocol = machine.cursor.u8()
  if (protocol > 5) throw machine.cursor.error(`pickle protocol ${protocol} does not exist`)
}

const integerText = /^[+-]?[0-9]{1,1000}L?$/
const floatText = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

/** Protocol 0 writes the booleans as `01` and `00`. */
function booleanOrIntegerLine(machine: PickleMachine): boolean | number | bigint {
  const line = machine.cursor.line()
  return line === '01' ? true : line === '00' ? false : parseInteger(line, machine)
}

function integerLine(machine: PickleMachine): number | bigint {
  return parseInteger(machine.cursor.line(), machine)
}

function parseInteger(line: string, machine: PickleMachine): number | bigint {
  if (!integerText.test(line)) throw machine.cursor.error('a whole number is expected')
  return plainInteger(BigInt(line.replace('L', '').replace('+', '')))
}

function floatLine(machine: PickleMachine): number {
  const line = machine.cursor.line()
  if (floatText.test(line)) return Number(line)
  const special = new Map([
    ['nan', Number.NaN],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
  ]).get(line)
  if (special === undefined) throw machine.cursor.error('a number is expected')
  return special
}

function unescapedLine(machine: PickleMachine): string {
  const line = machine.cursor.line()
  return line.replace(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

function quotedLine(machine: PickleMachine): string {
  const quoted = /^(['"])([^\\]*)\1$/.exec(machine.cursor.line())
  if (quoted === null) throw machine.cursor.error('quoted text without escapes is expected')
  return quoted[2] ?? ''
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top()
  if (!Array.isArray(list)) throw machine.cursor.error('only a list can be appended to')
  for (const item of items) list.push(item)
}

/** A Map takes some two hundred bytes even when empty, which one byte of pickle can ask for. */
const dictionaryWork = 8

function newDictionary(machine: PickleMachine, items: PickleValue[]): void {
  machine.charge(dictionaryWork)
  machine.push(new Map())
  setItems(machine, items)
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top()
  if (!(target instanceof Map)) throw machine.cursor.error('only a dictionary has keys')
  if (items.length % 2 !== 0) throw machine.cursor.error('a key has no value')
  for (let i = 0; i < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null)
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2)
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw machine.cursor.error('the name of a global must be text')
  }
  machine.push(machine.world.findGlobal(module, name))
}

function call(machine: PickleMachine, instruction: string): void {
  const [callee, args] = machine.popMany(2)
  if (!(callee instanceof AllowedGlobal) || !Array.isArray(args)) {
    throw machine.cursor.error(`${instruction} needs a name and its arguments`)
  }
  if (callee.call === undefined) {
    throw new SluiceError('refused', `the pickle makes an object of ${callee.name}`, {
      where: machine.where,
      fix: 'save only the weights: torch.save(model.state_dict(), path)',
    })
  }
  // The argument may be one large object used again and again.
  const [first] = args
  if (typeof first === 'string' || Array.isArray(first)) machine.charge(first.length)
  machine.charge(dictionaryWork)
  machine.push(callee.call(args))
}

/**
 * Gives an object its attributes. A dictionary's are dropped: a state_dict carries the versions of
 * its layers there, and nothing that weights need.
 */
function build(machine: PickleMachine): void {
  const state = machine.pop()
  const target = machine.top()
  if (target instanceof Map) return
  if (target instanceof AttributeBag && state instanceof Map) {
    machine.charge(state.size)
    for (const [key, value] of state) target.attributes.set(key, value)
  } else if (target instanceof NumpyType && Array.isArray(state)) {
    if (typeof state[1] === 'string') target.byteOrder = state[1]
  } else {
    throw machine.cursor.error('this object takes no state')
  }
}
