/** The eight classes, in label order; the names are the game's own. */
export const ACTIONS = ['block', 'cast', 'die', 'hit', 'run', 'shoot', 'stance', 'swing'] as const

export type Action = (typeof ACTIONS)[number]

export function isAction(name: string): name is Action {
  return (ACTIONS as readonly string[]).includes(name)
}

/** Actions that never end by themselves: a clip shows any stretch of them. */
export const ENDLESS: ReadonlySet<Action> = new Set(['run', 'stance'])

/** Actions whose last picture stays: the dead lie, and a raised guard is kept up. */
export const HELD: ReadonlySet<Action> = new Set(['block', 'die'])

/** The game draws every figure from eight sides, 45° apart. */
export const DIRECTIONS = 8
