import { SluiceError } from '../../foundation/errors.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { quoteName } from '../tensorBytes.ts'
import type { TorchFile } from './readTorch.ts'
import { isDictionary, isTensor, type TorchValue } from './torchValue.ts'

/** The weights found in a file, and in plain sentences how they were wrapped. */
export interface StateDict {
  readonly tensors: NamedTensors
  /** One sentence for each thing that was taken off or left out; empty for a bare state_dict. */
  readonly wrapping: readonly string[]
}

/**
 * Keys under which training code keeps the weights, best first: the plain model before generators
 * (of which an inpainting file has one beside a discriminator), and averaged weights last.
 */
export const wrapperKeys: readonly string[] = [
  'state_dict',
  'model_state_dict',
  'model',
  'net',
  'network',
  'module',
  'params',
  'weights',
  'generator',
  'netG',
  'G',
  'params_ema',
  'state_dict_ema',
  'model_ema',
  'ema',
  'G_ema',
]

/** What wrapping classes put before every name: DataParallel and AveragedModel, torch.compile. */
const prefixes: readonly (readonly [string, string])[] = [
  ['module.', 'DataParallel'],
  ['_orig_mod.', 'torch.compile'],
]

/** AveragedModel's counter stands beside its `module.` names. */
const averageCounter = 'n_averaged'
const deepestWrapper = 4

/**
 * Finds the state_dict in a file: bare, under one of `wrapperKeys` (the first in that order that
 * holds tensors), or in the only dictionary that holds tensors; takes `module.` and `_orig_mod.`
 * off where every name has them.
 *
 * @throws SluiceError `missing` where no dictionary, or more than one unknown one, holds tensors
 */
export function stateDictOf(file: TorchFile): StateDict {
  const unwrapper = new Unwrapper(file.where)
  const dictionary = unwrapper.unwrap(file.value)
  const wrapping = [...unwrapper.wrapping]
  const tensors: NamedTensors = new Map()
  const others: string[] = []
  for (const [key, value] of dictionary) {
    if (typeof key === 'string' && isTensor(value)) tensors.set(key, value)
    else others.push(typeof key === 'string' ? key : `a ${typeof key}`)
  }
  if (others.length > 0) {
    const shown = others.slice(0, 5).map(quoteName).join(', ')
    wrapping.push(`Left out ${others.length} entries that are not tensors: ${shown}.`)
  }
  return { tensors: stripPrefixes(tensors, wrapping), wrapping }
}

type Dictionary = ReadonlyMap<TorchValue, TorchValue>

/** Looks for the dictionary of weights, noting on the way what was around it. */
class Unwrapper {
  readonly wrapping: string[] = []
  private readonly where: string
  /** A hostile file can show one large dictionary in many places: each is searched once. */
  private readonly searched = new Map<Dictionary, boolean>()

  constructor(where: string) {
    this.where = where
  }

  unwrap(root: TorchValue): Dictionary {
    let current: TorchValue | undefined = root
    for (let depth = 0; depth <= deepestWrapper && isDictionary(current); depth++) {
      const inner: TorchValue | undefined = this.chooseInner(current)
      if (inner === undefined && this.holdsTensors(current)) return current
      current = inner
    }
    throw new SluiceError('missing', 'there is no state_dict in this file', {
      where: this.where,
      expected: 'a dictionary of names and tensors',
      received: describe(root),
      fix: 'save it with torch.save(model.state_dict(), path)',
    })
  }

  /** What is inside and leads to the weights, or undefined where nothing inside does. */
  private chooseInner(dictionary: Dictionary): TorchValue | undefined {
    const known = wrapperKeys.filter((key) => this.leadsToTensors(dictionary.get(key), 1))
    const [first, ...rest] = known
    if (first !== undefined) {
      const besides =
        rest.length > 0 ? `, which comes before ${rest.map(quoteName).join(', ')}` : ''
      this.wrapping.push(`Took the weights under the key "${first}"${besides}.`)
      return dictionary.get(first)
    }
    if (this.holdsTensors(dictionary)) return undefined
    const unknown = [...dictionary.keys()].filter(
      (key) => typeof key === 'string' && this.leadsToTensors(dictionary.get(key), 1),
    )
    const [only] = unknown
    if (typeof only !== 'string') return undefined
    if (unknown.length > 1) {
      throw new SluiceError('missing', 'several dictionaries in this file hold tensors', {
        where: this.where,
        expected: `one, or one under a usual key: ${wrapperKeys.join(', ')}`,
        received: unknown
          .slice(0, 8)
          .map((key) => quoteName(String(key)))
          .join(', '),
        fix: 'save the one you want on its own: torch.save(checkpoint["name"], path)',
      })
    }
    this.wrapping.push(`Took the weights under the key ${quoteName(only)}, the only ones there.`)
    return dictionary.get(only)
  }

  private holdsTensors(dictionary: Dictionary): boolean {
    const known = this.searched.get(dictionary)
    if (known !== undefined) return known
    let found = false
    for (const [key, value] of dictionary) found ||= typeof key === 'string' && isTensor(value)
    this.searched.set(dictionary, found)
    return found
  }

  /** Holds tensors itself, or under a usual key a few levels down. */
  private leadsToTensors(value: TorchValue | undefined, depth: number): boolean {
    if (!isDictionary(value)) return false
    if (this.holdsTensors(value)) return true
    if (depth >= deepestWrapper) return false
    return wrapperKeys.some((key) => this.leadsToTensors(value.get(key), depth + 1))
  }
}

function stripPrefixes(tensors: NamedTensors, wrapping: string[]): NamedTensors {
  let current = tensors
  for (let depth = 0; depth < deepestWrapper; depth++) {
    const names = [...current.keys()].filter((name) => name !== averageCounter)
    const found = prefixes.find(
      ([prefix]) =>
        names.length > 0 &&
        names.every((name) => name.length > prefix.length && name.startsWith(prefix)),
    )
    if (found === undefined) return current
    const [prefix, cause] = found
    const kept = [...current].filter(([name]) => name !== averageCounter)
    current = new Map(kept.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
    wrapping.push(`Took "${prefix}" off every name (from ${cause}).`)
  }
  return current
}

function describe(value: TorchValue): string {
  if (isTensor(value)) return 'a single tensor'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (!isDictionary(value)) return value === null ? 'None' : `a ${typeof value}`
  const keys = [...value.keys()]
    .slice(0, 8)
    .map((key) => (typeof key === 'string' ? quoteName(key) : typeof key))
  return `a dictionary with ${keys.join(', ') || 'nothing in it'}`
}
