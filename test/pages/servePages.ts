import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the site says about its pages. */
export interface Site {
  /** Cross-origin isolation, without which pages share no memory between threads. */
  readonly isolated: boolean
  /** A content security policy. */
  readonly policy?: string
}

export interface Server {
  readonly origin: string
  /** Paths that were asked for and were there, in order. */
  readonly served: readonly string[]
  close(): Promise<void>
}

const built = fileURLToPath(new URL('../../packages/sluice/dist/', import.meta.url))
const here = fileURLToPath(new URL('./', import.meta.url))
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.html': 'text/html; charset=utf-8',
}

/** The file behind a path under `/sluice/`. */
export function builtFile(path: string): string {
  return join(built, path.replace('/sluice/', ''))
}

/** Serves the built library as it is under `/sluice/`, and this folder, to this machine alone. */
export async function servePages({ isolated, policy }: Site): Promise<Server> {
  const headers = {
    'cache-control': 'no-store',
    ...(isolated
      ? {
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        }
      : {}),
    ...(policy === undefined ? {} : { 'content-security-policy': policy }),
  }
  const served: string[] = []
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://page').pathname)
    const file = path.startsWith('/sluice/') ? builtFile(path) : join(here, path)
    try {
      const content = readFileSync(file)
      response.writeHead(200, { ...headers, 'content-type': types[extname(file)] ?? 'text/plain' })
      response.end(content)
      served.push(path)
    } catch {
      response.writeHead(404, headers).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    served,
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
