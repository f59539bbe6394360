/**
 * The avatars' wardrobe, and which of it is held out. Written down before any network was trained:
 * chain and mage armour, shortsword, shortbow and the large shield are seen in tests only.
 *
 * Only weapons that have all eight actions for both bodies are used, so that no weapon tells the
 * action, and only those that fit the canvas: no rod, staff or greatstaff, longsword or greatsword.
 */
import type { SetName } from './plan.ts'

export const GENDERS = ['female', 'male'] as const
export type Gender = (typeof GENDERS)[number]

export const ARMOUR_SLOTS = ['feet', 'legs', 'hands', 'chest', 'head'] as const
export type ArmourSlot = (typeof ARMOUR_SLOTS)[number]

/** The game's files per family; `bare` is the body itself, and has its own heads. */
const WARDROBE: Readonly<Record<string, Readonly<Partial<Record<ArmourSlot, string>>>>> = {
  bare: {
    feet: 'default_feet',
    legs: 'default_legs',
    hands: 'default_hands',
    chest: 'default_chest',
  },
  cloth: {
    feet: 'cloth_sandals',
    legs: 'cloth_pants',
    hands: 'cloth_gloves',
    chest: 'cloth_shirt',
  },
  leather: dressed('leather', 'boots', 'pants', 'gloves', 'chest', 'hood'),
  plate: dressed('plate', 'boots', 'greaves', 'gauntlets', 'cuirass', 'helm'),
  chain: dressed('chain', 'boots', 'greaves', 'gloves', 'cuirass', 'coif'),
  mage: dressed('mage', 'boots', 'skirt', 'sleeves', 'vest', 'hood'),
  mage1: dressed('mage', 'boots_alt1', 'skirt_alt1', 'sleeves_alt1', 'vest_alt1', 'hood_alt1'),
  mage2: dressed('mage', 'boots_alt2', 'skirt_alt2', 'sleeves_alt2', 'vest_alt2', 'hood_alt2'),
}

function dressed(
  family: string,
  feet: string,
  legs: string,
  hands: string,
  chest: string,
  head: string,
): Record<ArmourSlot, string> {
  return {
    feet: `${family}_${feet}`,
    legs: `${family}_${legs}`,
    hands: `${family}_${hands}`,
    chest: `${family}_${chest}`,
    head: `${family}_${head}`,
  }
}

const BARE_HEADS: Readonly<Record<Gender, readonly string[]>> = {
  female: ['head_long'],
  male: ['head_bald', 'head_short'],
}

/** What a figure may wear and carry. Every set may also go without weapon or shield. */
export interface Rack {
  readonly families: readonly string[]
  readonly weapons: readonly string[]
  readonly shields: readonly string[]
}

/** Validation wears the training families, in outfits that training never sees, with other weapons. */
export const RACKS: Readonly<Record<SetName, Rack>> = {
  train: {
    families: ['bare', 'cloth', 'leather', 'plate'],
    weapons: ['dagger', 'wand', 'slingshot', 'greatbow'],
    shields: ['buckler'],
  },
  valid: {
    families: ['bare', 'cloth', 'leather', 'plate'],
    weapons: ['longbow'],
    shields: ['iron_buckler'],
  },
  test: {
    families: ['chain', 'mage', 'mage1', 'mage2'],
    weapons: ['shortsword', 'shortbow'],
    shields: ['shield'],
  },
}

/** Everything at once, for tests on bodies instead of equipment. */
export const WHOLE_RACK: Rack = {
  families: Object.keys(WARDROBE),
  weapons: Object.values(RACKS).flatMap((rack) => rack.weapons),
  shields: Object.values(RACKS).flatMap((rack) => rack.shields),
}

export interface Garment {
  readonly family: string
  /** Name of the animation file, without folder and extension. */
  readonly file: string
}

/** What a rack offers for one slot. */
export function garments(rack: Rack, slot: ArmourSlot, gender: Gender): Garment[] {
  return rack.families.flatMap((family) => {
    if (family === 'bare' && slot === 'head') {
      return BARE_HEADS[gender].map((file) => ({ family, file }))
    }
    const file = WARDROBE[family]?.[slot]
    return file === undefined ? [] : [{ family, file }]
  })
}
