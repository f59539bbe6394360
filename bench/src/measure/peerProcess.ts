import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Weights } from '../nets/formula.ts'
import { type PeerContext, PeerUnavailable } from '../peers/peer.ts'
import type { Reply, Request } from './protocol.ts'
import type { Seat } from './seats.ts'

/** Starting, compiling and preparing weights is not measured, but must end too. */
const LOAD_LIMIT_MS = 120_000

/** Milliseconds of every part, and a sample of what came out where it was to be kept. */
export interface Turn {
  readonly ms: readonly number[]
  readonly values: readonly Float32Array[]
}

/** Somebody pressed Ctrl-C. */
export class Interrupted extends Error {}

/** What all processes of a run have in common. */
export interface Surroundings {
  readonly context: PeerContext
  /** The binary of a Node version. */
  readonly execPath: (node: string) => string
  readonly signal: AbortSignal
}

/** A peer in its own process, from outside. A run that passes its limit ends with the process. */
export class PeerProcess {
  readonly seat: Seat
  version = ''
  private readonly caseName: string
  private readonly surroundings: Surroundings
  private readonly child: ChildProcess
  /** Rejects when the process ends or could not be started. */
  private readonly death: Promise<never>
  private stderr = ''

  private constructor(seat: Seat, caseName: string, surroundings: Surroundings) {
    this.seat = seat
    this.caseName = caseName
    this.surroundings = surroundings
    const host = fileURLToPath(new URL('./peerHost.js', import.meta.url))
    this.child = fork(host, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execPath: surroundings.execPath(seat.node),
      execArgv: [],
    })
    this.child.stderr?.on('data', (text: Buffer) => {
      this.stderr = (this.stderr + text.toString()).slice(-2000)
    })
    this.death = new Promise<never>((_, reject) => {
      const { name } = seat.peer
      this.child.on('error', (error) => reject(new Error(`${name}'s process: ${error.message}`)))
      this.child.on('exit', (code, cause) => {
        reject(new Error(`${name}'s process ended (${code ?? cause})\n${this.stderr}`))
      })
    })
    // It is looked at only while an answer is waited for; usually we end the process ourselves.
    this.death.catch(() => undefined)
  }

  /** @throws PeerUnavailable with the reason when the peer does not take part */
  static async start(
    seat: Seat,
    caseName: string,
    surroundings: Surroundings,
  ): Promise<PeerProcess> {
    const peer = new PeerProcess(seat, caseName, surroundings)
    try {
      await peer.load()
      return peer
    } catch (error) {
      await peer.stop()
      throw error
    }
  }

  /** @throws PeerUnavailable when it takes longer than the limit */
  async turn(options: { warm: boolean; keep: boolean; limitMs: number }): Promise<Turn> {
    const { warm, keep, limitMs } = options
    const reply = await this.ask({ ask: 'turn', warm, keep }, limitMs)
    if (reply.is !== 'ran') throw this.unexpected(reply)
    return reply
  }

  /** Its weights as they are now. */
  async weights(): Promise<Weights> {
    const reply = await this.ask({ ask: 'weights' }, LOAD_LIMIT_MS)
    if (reply.is !== 'weights') throw this.unexpected(reply)
    return reply.weights
  }

  /** The most memory the process ever held. */
  async peakBytes(): Promise<number> {
    const reply = await this.ask({ ask: 'memory' }, LOAD_LIMIT_MS)
    if (reply.is !== 'memory') throw this.unexpected(reply)
    return reply.peakBytes
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.death.catch(() => undefined)
  }

  private async load(): Promise<void> {
    const { peer, batch, threads } = this.seat
    const { context } = this.surroundings
    const reply = await this.ask(
      { ask: 'load', peer: peer.name, case: this.caseName, batch, threads, context },
      LOAD_LIMIT_MS,
    )
    if (reply.is !== 'loaded') throw this.unexpected(reply)
    this.version = reply.version
  }

  private async ask(request: Request, limitMs: number): Promise<Reply> {
    const { name } = this.seat.peer
    const interrupted = this.surroundings.signal
    if (interrupted.aborted) throw new Interrupted()
    const stopWaiting = new AbortController()
    const { signal } = stopWaiting
    const reply = once(this.child, 'message', { signal }).then(([message]) => message as Reply)
    const limit = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(new PeerUnavailable(`a run passed ${Math.round(limitMs / 1000)} s`))
      }, limitMs)
      signal.addEventListener('abort', () => clearTimeout(timer))
    })
    const interruption = once(interrupted, 'abort', { signal }).then((): never => {
      throw new Interrupted()
    })
    try {
      // A process that is gone says so through `death`.
      this.child.send(request, () => undefined)
      const answer = await Promise.race([reply, this.death, limit, interruption])
      if (answer.is === 'unavailable') throw new PeerUnavailable(answer.reason)
      if (answer.is === 'failed') throw new Error(`${name}: ${answer.reason}`)
      return answer
    } finally {
      // The losers of the race reject when waiting stops; nobody is interested any more.
      for (const loser of [reply, interruption]) loser.catch(() => undefined)
      stopWaiting.abort()
    }
  }

  private unexpected(reply: Reply): Error {
    return new Error(`${this.seat.peer.name}: an answer to another question, "${reply.is}"`)
  }
}
