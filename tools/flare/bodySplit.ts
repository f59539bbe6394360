/** Split 2: bodies no network has seen. Avatars and most monsters train; whole species are tested. */
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { ACTIONS, type Action, DIRECTIONS } from './actions.ts'
import { distinctActions, SPECIES } from './bodies.ts'
import type { Definitions } from './definitions.ts'
import { WHOLE_RACK } from './equipment.ts'
import { planAvatars } from './equipmentSplit.ts'
import { type ClipPlan, type ClipsPerCell, drawSetting, type SetName } from './plan.ts'

/** Monsters fill the canvas, the small as well as the large, as a cropped video would show them. */
const LARGEST_MONSTER_SCALE = 2

export interface BodySplitOptions {
  readonly clips: ClipsPerCell
  readonly seed: number
  readonly order: readonly (readonly string[])[]
  readonly test: readonly string[]
  readonly valid: readonly string[]
}

export function planBodySplit(definitions: Definitions, options: BodySplitOptions): ClipPlan[] {
  const { clips, seed, order } = options
  const monsters = Object.keys(SPECIES).flatMap((species) => {
    const set = setOf(species, options)
    return planSpecies(definitions, species, set, clips[set], seed)
  })
  return [...planAvatars('train', WHOLE_RACK, clips.train, seed, order), ...monsters]
}

function setOf(species: string, options: BodySplitOptions): SetName {
  if (options.test.includes(species)) return 'test'
  return options.valid.includes(species) ? 'valid' : 'train'
}

/** `count` clips of each action and direction the species has, its skins taking turns. */
function planSpecies(
  definitions: Definitions,
  species: string,
  set: SetName,
  count: number,
  seed: number,
): ClipPlan[] {
  const random = new Random(seed, `species ${species}`)
  const plans: ClipPlan[] = []
  for (const action of ACTIONS) {
    const skins = skinsWith(definitions, species, action)
    for (let direction = 0; skins.length > 0 && direction < DIRECTIONS; direction++) {
      for (let index = 0; index < count; index++) {
        const skin = skins[(index + direction) % skins.length] as string
        const layers = [path(skin)]
        const number = String(index).padStart(2, '0')
        const name = `${species}_d${direction}_${skin.replaceAll('_', '-')}_${number}`
        const shown = { set, name, action, direction, layers, largestScale: LARGEST_MONSTER_SCALE }
        plans.push({ ...shown, ...drawSetting(action, random) })
      }
    }
  }
  return plans
}

function skinsWith(definitions: Definitions, species: string, action: Action): string[] {
  const skins = SPECIES[species] ?? []
  return skins.filter((skin) => distinctActions(definitions.load(path(skin))).includes(action))
}

function path(skin: string): string {
  return `animations/enemies/${skin}.txt`
}
