import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Weights } from '../network.ts'
import { PeerUnavailable } from '../peers/peer.ts'
import type { Reply, Request } from './protocol.ts'

/** Starting, compiling and preparing weights is not measured, but must end too. */
const LOAD_LIMIT_MS = 120_000

export interface Run {
  readonly ms: number
  readonly values: Float32Array
}

/** A peer in its own process, from outside. A run that passes its limit ends with the process. */
export class PeerProcess {
  readonly name: string
  readonly threads: number
  version = ''
  trains = false
  private readonly child: ChildProcess
  private stderr = ''

  private constructor(name: string, threads: number) {
    this.name = name
    this.threads = threads
    const host = fileURLToPath(new URL('./peerHost.js', import.meta.url))
    this.child = fork(host, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.child.stderr?.on('data', (text: Buffer) => {
      this.stderr = (this.stderr + text.toString()).slice(-2000)
    })
  }

  /** @throws PeerUnavailable with the reason when the peer does not take part */
  static async start(name: string, threads: number): Promise<PeerProcess> {
    const peer = new PeerProcess(name, threads)
    try {
      await peer.reload()
      return peer
    } catch (error) {
      await peer.stop()
      throw error
    }
  }

  /** Begins again from the formula's weights, forgetting what training did to them. */
  async reload(): Promise<void> {
    const { name, threads } = this
    const reply = await this.ask({ ask: 'load', peer: name, threads }, LOAD_LIMIT_MS)
    if (reply.is !== 'loaded') throw new Error(`${name}: expected to be loaded, got ${reply.is}`)
    this.version = reply.version
    this.trains = reply.trains
  }

  async run(what: 'forward' | 'trainStep', batch: number, limitMs: number): Promise<Run> {
    const reply = await this.ask({ ask: what, batch }, limitMs)
    if (reply.is !== 'ran') throw new Error(`${this.name}: expected a run, got ${reply.is}`)
    return reply
  }

  /** Its weights as they are now. */
  async weights(): Promise<Weights> {
    const reply = await this.ask({ ask: 'weights' }, LOAD_LIMIT_MS)
    if (reply.is !== 'weights') throw new Error(`${this.name}: expected weights, got ${reply.is}`)
    return reply.weights
  }

  /** The most memory the process ever held, in MiB. */
  async peakMemory(): Promise<number> {
    const reply = await this.ask({ ask: 'memory' }, LOAD_LIMIT_MS)
    if (reply.is !== 'memory') throw new Error(`${this.name}: expected memory, got ${reply.is}`)
    return reply.peakMiB
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exited
  }

  private async ask(request: Request, limitMs: number): Promise<Reply> {
    const stopWaiting = new AbortController()
    const { signal } = stopWaiting
    const reply = once(this.child, 'message', { signal }).then(([message]) => message as Reply)
    const death = once(this.child, 'exit', { signal }).then(([code, cause]) => {
      throw new Error(`${this.name}'s process ended (${code ?? cause})\n${this.stderr}`)
    })
    const limit = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(new PeerUnavailable(`a run passed ${Math.round(limitMs / 1000)} s`))
      }, limitMs)
      signal.addEventListener('abort', () => clearTimeout(timer))
    })
    try {
      this.child.send(request)
      const answer = await Promise.race([reply, death, limit])
      if (answer.is === 'unavailable') throw new PeerUnavailable(answer.reason)
      if (answer.is === 'failed') throw new Error(`${this.name}: ${answer.reason}`)
      return answer
    } finally {
      // The losers of the race reject when waiting stops; nobody is interested any more.
      for (const loser of [reply, death]) loser.catch(() => undefined)
      stopWaiting.abort()
    }
  }
}
