/** What the command tells the shell. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Training stopped because the loss was no number any more; the last good checkpoint stands. */
  diverged: 3,
  /** 128 + SIGINT: stopped by Ctrl-C, with a checkpoint to go on from. */
  interrupted: 130,
} as const
