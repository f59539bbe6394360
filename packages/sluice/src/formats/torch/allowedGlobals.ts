import { SluiceError } from '../../foundation/errors.ts'
import type { DType } from '../../foundation/hostTensor.ts'
import { numpyScalar } from './numpyScalar.ts'
import { AllowedGlobal, AttributeBag, NumpyType, type PickleValue } from './pickleValues.ts'
import { rebuildParameter, rebuildTensor, rebuildTypedTensor } from './rebuildTensor.ts'
import { refuseGlobal } from './refusedGlobals.ts'

/**
 * The whole list of names a file may use. Each either stands for a type or is imitated by a
 * function of ours that makes plain data; nothing of Python is ever run.
 */
export function allowedGlobals(where: string): ReadonlyMap<string, AllowedGlobal> {
  const globals: AllowedGlobal[] = []
  const allow = (name: string, call?: AllowedGlobal['call'], dtype?: DType): void => {
    globals.push(new AllowedGlobal(name, call, dtype))
  }
  for (const [name, dtype] of storageTypes) {
    allow(`torch.${name}`, undefined, dtype)
    allow(`torch.cuda.${name}`, undefined, dtype)
  }
  for (const dtype of dtypeNames) allow(`torch.${dtype}`, undefined, dtype)
  allow('torch._utils._rebuild_tensor', (args) => rebuildTensor(args, where))
  allow('torch._utils._rebuild_tensor_v2', (args) => rebuildTensor(args, where))
  allow('torch._utils._rebuild_parameter', (args) => rebuildParameter(args, where))
  allow('torch._utils._rebuild_parameter_with_state', (args) => rebuildParameter(args, where))
  allow('torch._tensor._rebuild_from_type_v2', (args) => rebuildTypedTensor(args, where))
  allow('torch.Tensor')
  allow('torch.nn.parameter.Parameter')
  allow('torch.Size', (args) => listOf(args[0]))
  allow('torch.device', (args) => args.map(textOf).join(':'))
  allow('collections.OrderedDict', (args) => dictionaryOf(args[0], where))
  allow('collections.defaultdict', (args) => dictionaryOf(args[1], where))
  allow('collections.Counter', (args) => dictionaryOf(args[0], where))
  allow('argparse.Namespace', () => new AttributeBag())
  allow('types.SimpleNamespace', () => new AttributeBag())
  for (const builtins of ['builtins', '__builtin__']) {
    allow(`${builtins}.set`, (args) => listOf(args[0]))
    allow(`${builtins}.frozenset`, (args) => listOf(args[0]))
    allow(`${builtins}.list`, (args) => listOf(args[0]))
    allow(`${builtins}.tuple`, (args) => listOf(args[0]))
    allow(`${builtins}.dict`, (args) => dictionaryOf(args[0], where))
    allow(`${builtins}.bytes`, (args) => args[0] ?? new Uint8Array())
    // Types that defaultdict names as its default; never called.
    for (const type of ['int', 'long', 'float', 'bool', 'str']) allow(`${builtins}.${type}`)
  }
  allow('_codecs.encode', (args) => encodeLatin1(args, where))
  allow('numpy.dtype', (args) => new NumpyType(textOf(args[0])))
  allow('numpy.core.multiarray.scalar', (args) => numpyScalar(args, where))
  allow('numpy._core.multiarray.scalar', (args) => numpyScalar(args, where))
  return new Map(globals.map((global) => [global.name, global]))
}

/** Finds an allowed name, or refuses with a message that says what the file is or wanted. */
export function globalFinder(where: string): (module: string, name: string) => AllowedGlobal {
  const allowed = allowedGlobals(where)
  return (module, name) => {
    const fullName = `${module}.${name}`
    return allowed.get(fullName) ?? refuseGlobal(module, fullName, where)
  }
}

const storageTypes: readonly (readonly [string, DType])[] = [
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
]

const dtypeNames: readonly DType[] = storageTypes.map(([, dtype]) => dtype)

function textOf(value: PickleValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function listOf(value: PickleValue | undefined): PickleValue[] {
  return Array.isArray(value) ? value : []
}

/** From nothing, another dictionary (which is taken over, not copied), or a list of pairs. */
function dictionaryOf(
  value: PickleValue | undefined,
  where: string,
): Map<PickleValue, PickleValue> {
  if (value === undefined || value === null) return new Map()
  if (value instanceof Map) return value
  const entries = listOf(value).map((pair): [PickleValue, PickleValue] => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new SluiceError('format', 'a dictionary is made of something else than pairs', {
        where,
      })
    }
    return [pair[0] ?? null, pair[1] ?? null]
  })
  return new Map(entries)
}

/** How protocol 2 writes bytes: as text of which every character is one byte. */
function encodeLatin1([text, encoding]: readonly PickleValue[], where: string): Uint8Array {
  const isLatin1 = encoding === 'latin1' || encoding === 'latin-1'
  if (typeof text !== 'string' || !isLatin1) {
    throw new SluiceError('format', 'bytes are written in an unexpected way', {
      where,
      expected: 'text and the encoding latin1',
    })
  }
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
