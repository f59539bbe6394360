/**
 * The monsters, by body. Many files are recolours or other equipment of one body (five ants, nine
 * skeletons), so a species here is a body, and holding out a species holds out all its skins.
 *
 * Some skins reuse one drawing for several actions: the ants bite, cast and shoot with the same
 * pictures. No one could tell these apart, so `distinctActions` leaves them out.
 */
import { ACTIONS, type Action, ENDLESS } from './actions.ts'
import type { AnimatedAction } from './animationFile.ts'
import type { Definition } from './definitions.ts'

export const SPECIES: Readonly<Record<string, readonly string[]>> = {
  antlion: ['antlion', 'antlion_fossilized', 'antlion_small', 'fire_ant', 'ice_ant'],
  goblin: ['goblin', 'goblin_elite', 'goblin_elite_runner', 'goblin_runner'],
  hobgoblin: ['hobgoblin', 'hobgoblin_archer'],
  minotaur: ['minotaur'],
  skeleton: [
    'skeleton',
    'skeleton_archer',
    'skeleton_knight_boss',
    'skeleton_mage',
    'skeleton_mage_boss',
    'skeleton_mage_fire',
    'skeleton_mage_high_boss',
    'skeleton_mage_ice',
    'skeleton_weak',
  ],
  wyvern: [
    'wyvern',
    'wyvern_adult',
    'wyvern_air',
    'wyvern_air_boss',
    'wyvern_fire',
    'wyvern_water',
  ],
  zombie: ['zombie', 'zombie_dark', 'zombie_ghost'],
}

/**
 * Fixed before any network was trained. Goblin, minotaur and skeleton have all eight actions; the
 * first and the last of them are the test, so that its accuracy is over all eight classes.
 */
export const TEST_SPECIES: readonly string[] = ['goblin', 'skeleton']
export const VALID_SPECIES: readonly string[] = ['zombie']

/**
 * The actions of a monster that can be told apart: not those that share their pictures with another,
 * nor a guard or blow drawn entirely from the pictures of standing or running.
 */
export function distinctActions(definition: Definition): Action[] {
  const drawn = new Map<Action, ReadonlySet<string>>()
  for (const action of ACTIONS) {
    const found = definition.actions.get(action)
    if (found !== undefined) drawn.set(action, pictureKeys(found))
  }
  return [...drawn]
    .filter(([action, keys]) => {
      for (const [other, otherKeys] of drawn) {
        if (other === action || ENDLESS.has(action)) continue
        const contained = [...keys].every((key) => otherKeys.has(key))
        if (contained && (ENDLESS.has(other) || keys.size === otherKeys.size)) return false
      }
      return true
    })
    .map(([action]) => action)
}

function pictureKeys(action: AnimatedAction): Set<string> {
  const keys = new Set<string>()
  for (const picture of action.pictures.flat()) {
    if (picture === undefined) continue
    const { x, y, width, height, anchorX, anchorY } = picture
    keys.add([x, y, width, height, anchorX, anchorY].join())
  }
  return keys
}
