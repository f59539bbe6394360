import type { Random } from './random.ts'
import type { Shape } from './shape.ts'

/** Fills a new variable. Each variable gets a stream of its own, named after it. */
export type Initialiser = (data: Float32Array, shape: Shape, random: Random) => void

/** Every element the same. */
export function constantInitialiser(value: number): Initialiser {
  return (data) => {
    data.fill(value)
  }
}

/** Uniform in ±bound. */
export function uniformInitialiser(bound: number): Initialiser {
  return (data, _shape, random) => {
    for (let i = 0; i < data.length; i++) data[i] = random.uniform(-bound, bound)
  }
}
