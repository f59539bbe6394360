import {
  readSafetensors,
  writeSafetensors,
} from '../../../packages/sluice/src/entrypoints/formats.ts'
import type { Random } from '../../../packages/sluice/src/foundation/random.ts'
import { hostileNumbers } from './hostileNumbers.ts'
import { mutateBytes } from './mutateBytes.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * A model file whose tensors stand and whose description lies: numbers, names, lists and objects of one
 * entry of the metadata are changed, exchanged, repeated or put inside one another.
 */
export function mutateMetadata(source: Uint8Array, random: Random): Uint8Array {
  const { tensors, metadata } = readSafetensors(source, 'source')
  const keys = Object.keys(metadata)
  const changed = { ...metadata }
  for (let change = 0; change <= random.integer(4); change++) {
    const key = keys[random.integer(keys.length)] ?? ''
    changed[key] = spoil(changed[key] ?? '', random)
  }
  return writeSafetensors(tensors, changed)
}

function spoil(text: string, random: Random): string {
  if (random.integer(5) === 0) {
    const bytes = mutateBytes(new TextEncoder().encode(text === '' ? '0' : text), random)
    return new TextDecoder().decode(bytes)
  }
  let root: Json
  try {
    root = JSON.parse(text) as Json
  } catch {
    return text
  }
  const places = [...placesOf(root)]
  const place = places[random.integer(places.length)]
  if (place === undefined) return JSON.stringify(anything(random))
  place.set(replacement(place.value, random))
  return JSON.stringify(root)
}

interface Place {
  readonly value: Json
  set(value: Json): void
}

function* placesOf(json: Json): Generator<Place> {
  if (Array.isArray(json)) {
    for (const [index, value] of json.entries()) {
      const set = (next: Json) => {
        json[index] = next
      }
      yield { value, set }
      yield* placesOf(value)
    }
  } else if (typeof json === 'object' && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      const set = (next: Json) => {
        json[key] = next
      }
      yield { value, set }
      yield* placesOf(value)
    }
  }
}

function replacement(value: Json, random: Random): Json {
  switch (random.integer(5)) {
    case 0:
      return anything(random)
    case 1:
      return nested(value, 1 + random.integer(400))
    case 2:
      return Array.isArray(value) ? [...value, ...value] : [value, value]
    case 3:
      if (Array.isArray(value)) return value.slice(1)
      return typeof value === 'number' ? -value : anything(random)
    default:
      return typeof value === 'number' ? hostileNumber(random) : anything(random)
  }
}

function nested(value: Json, depth: number): Json {
  let inside = value
  for (let i = 0; i < depth; i++) inside = i % 2 === 0 ? [inside] : { layers: inside }
  return inside
}

function anything(random: Random): Json {
  const things: Json[] = [null, true, '', '__proto__', 'relu', [], {}, hostileNumber(random), 1.5]
  return things[random.integer(things.length)] ?? null
}

function hostileNumber(random: Random): number {
  return Number(hostileNumbers[random.integer(hostileNumbers.length)] ?? 0n)
}
