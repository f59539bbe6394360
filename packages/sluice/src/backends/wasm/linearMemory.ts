import { SluiceError } from '../../foundation/errors.ts'
import { invariant, present } from '../../foundation/invariant.ts'

const PAGE_BYTES = 65536
/** WebAssembly's own bound for 32-bit addresses. */
const PAGES_MAX = 65536
const ALIGNMENT = 64

interface Block {
  readonly address: number
  readonly bytes: number
}

/**
 * The device's memory: one WebAssembly memory and a first-fit allocator over it. Programs allocate a
 * few large blocks when they are loaded and nothing while they run, so a sorted free list is enough.
 */
export class LinearMemory {
  readonly memory: WebAssembly.Memory
  private free: Block[] = []
  private readonly sizes = new Map<number, number>()
  /** The first page is left out: null pointers lead there, and kernels keep constants in it. */
  private end = PAGE_BYTES
  private readonly limit: number

  /** @param limit bytes in all that it may grow to; rounded down to whole pages, at most 4 GiB */
  constructor(shared: boolean, limit = PAGES_MAX * PAGE_BYTES) {
    const pages = Math.max(2, Math.min(PAGES_MAX, Math.floor(limit / PAGE_BYTES)))
    this.limit = pages * PAGE_BYTES
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: pages, shared })
  }

  /** Bytes that are allocated now. */
  get inUse(): number {
    let bytes = 0
    for (const size of this.sizes.values()) bytes += size
    return bytes
  }

  /** A zeroed block, aligned to 64 bytes. */
  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT)
    const end = this.end
    const address = this.takeFree(size) ?? this.grow(size)
    this.sizes.set(address, size)
    // What was never used is zero already, and stays untouched: a system gives memory on first touch.
    const used = Math.min(size, Math.max(0, end - address))
    new Uint8Array(this.memory.buffer, address, used).fill(0)
    return address
  }

  /** Gives what `make` gives; if it throws, everything that it allocated is given back. */
  allOrNothing<T>(make: () => T): T {
    const before = new Set(this.sizes.keys())
    try {
      return make()
    } catch (error) {
      const own = [...this.sizes.keys()].filter((address) => !before.has(address))
      for (const address of own) this.release(address)
      throw error
    }
  }

  release(address: number): void {
    const bytes = present(this.sizes.get(address), 'allocated block')
    this.sizes.delete(address)
    this.free.push({ address, bytes })
    this.free.sort((a, b) => a.address - b.address)
    const merged: Block[] = []
    for (const block of this.free) {
      const last = merged.at(-1)
      if (last !== undefined && last.address + last.bytes === block.address) {
        merged[merged.length - 1] = { address: last.address, bytes: last.bytes + block.bytes }
      } else {
        merged.push(block)
      }
    }
    this.free = merged
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count)
  }

  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count)
  }

  private takeFree(size: number): number | undefined {
    const index = this.free.findIndex((block) => block.bytes >= size)
    if (index < 0) return undefined
    const block = present(this.free[index], 'free block')
    if (block.bytes === size) this.free.splice(index, 1)
    else this.free[index] = { address: block.address + size, bytes: block.bytes - size }
    return block.address
  }

  private grow(size: number): number {
    // Free memory at the very end grows in place.
    const last = this.free.at(-1)
    const tail = last !== undefined && last.address + last.bytes === this.end ? last : undefined
    const address = tail?.address ?? this.end
    // Kernels read whole vectors, so a few bytes behind the last value.
    const needed = Math.ceil((address + size + ALIGNMENT) / PAGE_BYTES)
    const pages = this.memory.buffer.byteLength / PAGE_BYTES
    if (needed * PAGE_BYTES > this.limit) throw this.outOfMemory(size)
    if (needed > pages) {
      try {
        this.memory.grow(needed - pages)
      } catch {
        throw this.outOfMemory(size)
      }
    }
    if (tail !== undefined) this.free.pop()
    this.end = address + size
    invariant(this.end <= this.memory.buffer.byteLength, 'memory has grown')
    return address
  }

  private outOfMemory(bytes: number): SluiceError {
    return new SluiceError('limit', 'the program does not fit into memory', {
      expected: `at most ${megabytes(this.limit)} in all, and what the system can spare`,
      received: `${megabytes(bytes)} more beside ${megabytes(this.inUse)} in use`,
      fix: SMALLER,
    })
  }

  /**
   * Refuses a program before anything is allocated for it.
   * @param needs what it is made of, in bytes
   * @throws SluiceError `limit` when all of it together with what is in use goes beyond the limit
   */
  requireRoom(needs: ReadonlyMap<string, number>): void {
    const wanted = [...needs.values()].reduce((sum, bytes) => sum + bytes, 0)
    const used = this.inUse
    if (used + wanted <= this.limit) return
    const parts = [...needs].filter(([, bytes]) => bytes > 0)
    const list = parts.map(([name, bytes]) => `${megabytes(bytes)} of ${name}`).join(', ')
    throw new SluiceError('limit', 'the program does not fit into memory', {
      expected: `at most ${megabytes(this.limit)} in all`,
      received: `${megabytes(used + wanted)}: ${list}, ${megabytes(used)} in use already (variables and other programs)`,
      fix: SMALLER,
    })
  }
}

const SMALLER =
  'use a smaller batch, fewer frames, smaller pictures or a smaller network, or allow more memory (at most 4 GB)'

function megabytes(bytes: number): string {
  const amount = bytes / 1e6
  return `${amount < 10 ? amount.toFixed(1) : Math.ceil(amount)} MB`
}
