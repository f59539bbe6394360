import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** The browser's full path; undefined where there is none. */
export function findChromium(path = process.env.PATH ?? ''): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** A browser without a window, with an empty profile. */
export interface Chromium {
  /** Opens a page, waits until its script has set `result`, a promise, and gives what that gives. */
  resultOf(url: string): Promise<unknown>
  close(): Promise<void>
}

/** What the browser answers to one command, or says by itself. */
interface Message {
  readonly id?: number
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

const FLAGS = [
  '--headless',
  '--remote-debugging-pipe',
  // Tests run as root in containers, where the browser's own sandbox cannot start.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--no-first-run',
]

/** Starts the browser; commands go through two pipes, so that no port is open. */
export async function startChromium(program: string): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'sluice-chromium-'))
  const browser = spawn(program, [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const send = connect(browser)
  return {
    async resultOf(url) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      const inPage = (method: string, params: object) => send(method, params, `${sessionId}`)
      await inPage('Page.navigate', { url })
      // The page may not have begun: its script sets the promise when all modules are loaded.
      const expression = `new Promise((resolve, reject) => {
        const look = () => globalThis.result === undefined ? setTimeout(look, 20) : globalThis.result.then(resolve, reject)
        look()
      })`
      const options = { awaitPromise: true, returnByValue: true }
      const answer = await evaluated(() => inPage('Runtime.evaluate', { expression, ...options }))
      await send('Target.closeTarget', { targetId })
      return answer
    },
    async close() {
      const ended = new Promise((resolve) => browser.once('close', resolve))
      await send('Browser.close', {}).catch(() => browser.kill())
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Evaluation {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}

/** The value of an expression, which is asked for again when the page was still being loaded. */
async function evaluated(ask: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      const { result, exceptionDetails } = (await ask()) as Evaluation
      if (exceptionDetails === undefined) return result.value
      throw new PageFailure(exceptionDetails.exception?.description ?? JSON.stringify(result))
    } catch (error) {
      if (error instanceof PageFailure || !/context|navigated/i.test(`${error}`)) throw error
    }
  }
}

class PageFailure extends Error {}

type Send = (
  method: string,
  params: object,
  sessionId?: string,
) => Promise<Readonly<Record<string, unknown>>>

/** The DevTools protocol: JSON messages that each end in a zero byte. */
function connect(browser: ChildProcess): Send {
  const [, , , commands, answers] = browser.stdio as unknown as [
    ...[null, null, null],
    ...[commands: Writable, answers: Readable],
  ]
  const waiting = new Map<number, (message: Message) => void>()
  let text = ''
  answers.setEncoding('utf8').on('data', (part: string) => {
    const messages = (text + part).split('\0')
    text = messages.pop() ?? ''
    for (const message of messages.map((json) => JSON.parse(json) as Message)) {
      if (message.id !== undefined) waiting.get(message.id)?.(message)
    }
  })
  const fail = (why: string) => {
    for (const answer of waiting.values()) answer({ error: { message: why } })
  }
  browser.once('error', (error) => fail(`the browser does not start: ${error.message}`))
  browser.once('close', (code) => fail(`the browser ended with ${code}`))
  commands.on('error', (error) => fail(error.message))
  let last = 0
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result)
        else reject(new Error(`${method}: ${error.message}`))
      })
      const target = sessionId === undefined ? {} : { sessionId }
      commands.write(`${JSON.stringify({ id, method, params, ...target })}\0`)
    })
}
