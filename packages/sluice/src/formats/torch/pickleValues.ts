import type { DType } from '../../foundation/hostTensor.ts'

/**
 * What the pickle machine works with. Nothing here can run: a global is a name from the allow-list
 * with, at most, one of our own functions behind it.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | AllowedGlobal
  | StorageReference
  | PendingTensor
  | AttributeBag
  | NumpyType

/** A name from the allow-list: a type to refer to, a function to imitate, or both. */
export class AllowedGlobal {
  readonly name: string
  /** Imitates calling it; absent for names that are only referred to. */
  readonly call: ((args: readonly PickleValue[]) => PickleValue) | undefined
  /** The element type, for storage types and dtypes. */
  readonly dtype: DType | undefined

  constructor(name: string, call?: (args: readonly PickleValue[]) => PickleValue, dtype?: DType) {
    this.name = name
    this.call = call
    this.dtype = dtype
  }
}

/** A piece of the file that tensors lie in. */
export class StorageReference {
  readonly key: string
  readonly dtype: DType
  /** Elements the pickle says the whole storage has. */
  readonly elements: number
  /** Where a view into the storage begins, in elements, and how many it has. */
  readonly viewOffset: number
  readonly viewElements: number

  constructor(
    key: string,
    dtype: DType,
    elements: number,
    viewOffset = 0,
    viewElements = elements,
  ) {
    this.key = key
    this.dtype = dtype
    this.elements = elements
    this.viewOffset = viewOffset
    this.viewElements = viewElements
  }
}

/** A tensor as its pickle describes it, before its storage is read. */
export class PendingTensor {
  readonly storage: StorageReference
  /** In elements. */
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]

  constructor(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

/** An object that is nothing but its attributes, such as argparse.Namespace. */
export class AttributeBag {
  readonly attributes = new Map<PickleValue, PickleValue>()
}

/** A numpy element type such as `f8`, with the byte order that its state gives. */
export class NumpyType {
  readonly code: string
  byteOrder = '<'

  constructor(code: string) {
    this.code = code
  }
}
