import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A program at work: no input, its output to be read. */
export type Running = ChildProcessByStdio<null, Readable, Readable>

/**
 * Starts a program without a shell, so that no file name can be read as a command. It gets a process
 * group of its own: Ctrl-C is for us to answer with a checkpoint, and must not kill the decoder of
 * the batch on the way to it. When we end, it ends by writing to a pipe that nobody reads.
 */
export function startProgram(program: string, args: readonly string[]): Running {
  return spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
    detached: process.platform !== 'win32',
    env: { ...process.env, AV_LOG_FORCE_NOCOLOR: '1' },
  })
}

/** The exit code, or the signal that ended the program, once its output is closed. */
export function whenClosed(running: Running): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    running.once('error', reject)
    running.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'))
  })
}

/** Runs a program that says little, to its end; killed when it takes longer than `timeoutMs`. */
export async function runProgram(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<{ status: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const running = startProgram(program, args)
  const timer = setTimeout(() => running.kill('SIGKILL'), timeoutMs)
  try {
    const [status, stdout, stderr] = await Promise.all([
      whenClosed(running),
      text(running.stdout),
      text(running.stderr),
    ])
    return { status, stdout, stderr }
  } finally {
    clearTimeout(timer)
  }
}
