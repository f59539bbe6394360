/** Split 1: the same two bodies throughout; the clothes and weapons of the test are new. */
import { hashText, Random } from '../../packages/sluice/src/foundation/random.ts'
import { ACTIONS, DIRECTIONS } from './actions.ts'
import {
  ARMOUR_SLOTS,
  type Garment,
  GENDERS,
  type Gender,
  garments,
  RACKS,
  type Rack,
} from './equipment.ts'
import { type ClipPlan, type ClipsPerCell, drawSetting, SETS, type SetName } from './plan.ts'

/** The canvas is made for avatars; a shorter weapon must not make its bearer taller. */
const AVATAR_SCALE = 1

/** One outfit in five is kept for validation, chosen by its name so that no seed can mix them. */
const OUTFITS_PER_VALIDATION_OUTFIT = 5

/** @param order painting order per direction, from `parseLayerOrder` */
export function planEquipmentSplit(
  clips: ClipsPerCell,
  seed: number,
  order: readonly (readonly string[])[],
): ClipPlan[] {
  return SETS.flatMap((set) => planAvatars(set, RACKS[set], clips[set], seed, order))
}

/** `count` clips of each gender, action and direction. */
export function planAvatars(
  set: SetName,
  rack: Rack,
  count: number,
  seed: number,
  order: readonly (readonly string[])[],
): ClipPlan[] {
  const random = new Random(seed, `avatars ${set}`)
  const plans: ClipPlan[] = []
  for (const action of ACTIONS) {
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      for (const gender of GENDERS) {
        for (let index = 0; index < count; index++) {
          const outfit = drawOutfit(rack, gender, random, (worn) => belongs(worn, set))
          const layers = (order[direction] ?? [])
            .map((slot) => outfit.files.get(slot))
            .filter((file) => file !== undefined)
            .map((file) => `animations/avatar/${gender}/${file}.txt`)
          const number = String(index).padStart(2, '0')
          const name = `${gender}_d${direction}_${outfit.name}_${number}`
          const shown = { set, name, action, direction, layers, largestScale: AVATAR_SCALE }
          plans.push({ ...shown, ...drawSetting(action, random) })
        }
      }
    }
  }
  return plans
}

interface Outfit {
  /** Families in slot order, then weapon and shield. */
  readonly name: string
  readonly files: ReadonlyMap<string, string>
}

function drawOutfit(
  rack: Rack,
  gender: Gender,
  random: Random,
  accept: (worn: string) => boolean,
): Outfit {
  for (;;) {
    const worn = ARMOUR_SLOTS.map(
      (slot) => [slot, pick(garments(rack, slot, gender), random)] as [string, Garment],
    )
    const families = worn.map(([, garment]) => garment.family).join('.')
    if (!accept(families)) continue
    const files = new Map(worn.map(([slot, garment]) => [slot, garment.file]))
    const weapon = pick(['none', ...rack.weapons], random)
    const shield = pick(['none', ...rack.shields], random)
    if (weapon !== 'none') files.set('main', weapon)
    if (shield !== 'none') files.set('off', shield)
    // Underscores separate the parts of a clip's name, so none may be left inside one.
    return { name: `${families}_${weapon}_${shield.replaceAll('_', '-')}`, files }
  }
}

/** Training and validation share families, so they share them out by outfit. */
function belongs(worn: string, set: SetName): boolean {
  if (set === 'test') return true
  return (hashText(worn) % OUTFITS_PER_VALIDATION_OUTFIT === 0) === (set === 'valid')
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)] as T
}
