import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { PYTORCH_SCRIPT } from './findPython.ts'

/** A reply's line, and the numbers after it. */
export interface PythonReply {
  readonly line: Readonly<Record<string, unknown>>
  readonly numbers: Float32Array
}

/** pytorch.py in a process, driven one request at a time. */
export class PythonPipe {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  private readonly output: AsyncIterator<Buffer>
  private rest: Buffer = Buffer.alloc(0)
  private stderr = ''

  constructor(python: string) {
    this.child = spawn(python, [PYTORCH_SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.child.stderr.on('data', (text: Buffer) => {
      this.stderr = (this.stderr + text.toString()).slice(-2000)
    })
    // A write to a program that has ended; the read that follows says so in words.
    this.child.stdin.on('error', () => undefined)
    this.output = this.child.stdout[Symbol.asyncIterator]()
  }

  /** Sends a request with its blocks of numbers and waits for the reply. */
  async ask(
    request: Readonly<Record<string, unknown>>,
    blocks: readonly (Float32Array | Int32Array)[] = [],
  ): Promise<PythonReply> {
    await this.write(Buffer.from(`${JSON.stringify(request)}\n`))
    for (const { buffer, byteOffset, byteLength } of blocks) {
      await this.write(Buffer.from(buffer, byteOffset, byteLength))
    }
    const line = JSON.parse(await this.readLine())
    if (line.error !== undefined) throw new Error(`PyTorch: ${line.error}`)
    const bytes = await this.read(Number(line.bytes))
    // Copied, because numbers must start at a multiple of four bytes.
    const numbers = new Float32Array(Uint8Array.from(bytes).buffer)
    return { line, numbers }
  }

  stop(): void {
    this.child.kill('SIGKILL')
  }

  private async write(data: Buffer): Promise<void> {
    if (!this.child.stdin.write(data)) await once(this.child.stdin, 'drain')
  }

  private async readLine(): Promise<string> {
    const pieces: Buffer[] = []
    for (;;) {
      const end = this.rest.indexOf(10)
      if (end >= 0) {
        pieces.push(this.rest.subarray(0, end))
        this.rest = this.rest.subarray(end + 1)
        return Buffer.concat(pieces).toString()
      }
      pieces.push(this.rest)
      this.rest = await this.next()
    }
  }

  private async read(count: number): Promise<Buffer> {
    const all = Buffer.alloc(count)
    let at = 0
    while (at < count) {
      if (this.rest.length === 0) this.rest = await this.next()
      const taken = this.rest.copy(all, at, 0, count - at)
      this.rest = this.rest.subarray(taken)
      at += taken
    }
    return all
  }

  private async next(): Promise<Buffer> {
    const { value, done } = await this.output.next()
    if (done !== true) return value
    throw new Error(`PyTorch's process ended\n${this.stderr}`)
  }
}
