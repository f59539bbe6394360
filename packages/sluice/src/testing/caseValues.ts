import type { CaseInput, CaseValues, OpCase } from '../engine/ops/opCase.ts'
import { Random } from '../foundation/random.ts'
import { elementCount, type Shape } from '../foundation/shape.ts'

/** Everything drawn is a float32, so that both devices see the same numbers. */
export type CaseData = ReadonlyMap<string, Float32Array>

/** The values of all inputs of a case: the same on every run and machine. */
export function drawCase(op: string, { name, inputs }: OpCase): CaseData {
  return new Map(
    inputs.map((input) => [
      input.name,
      drawInput(input, new Random(1, `${op}/${name}/${input.name}`)),
    ]),
  )
}

function drawInput({ shape, values }: CaseInput, random: Random): Float32Array {
  const data = new Float32Array(elementCount(shape))
  if (values.from === 'distinct') return ladder(data, random)
  if (values.from === 'hole') return hole(data, shape)
  for (let i = 0; i < data.length; i++) data[i] = draw(values, random)
  return data
}

function draw(values: Exclude<CaseValues, { from: 'distinct' | 'hole' }>, random: Random): number {
  switch (values.from) {
    case 'uniform':
      return random.uniform(values.low, values.high)
    case 'awayFromZero':
      return random.uniform(0.1, 1) * (random.bits() & 1 ? 1 : -1)
    case 'rectified':
      return Math.max(0, random.uniform(-1, 1))
    case 'withNaN':
      return random.integer(11) === 0 ? Number.NaN : random.uniform(-1, 1)
    case 'integers':
      return values.low + random.integer(values.high - values.low)
  }
}

/** Equal steps through ±1 in random order: no two elements come closer than one step. */
function ladder(data: Float32Array, random: Random): Float32Array {
  const order = random.shuffle(Array.from(data, (_, index) => index))
  order.forEach((place, rung) => {
    data[place] = (2 * (rung + 0.5)) / data.length - 1
  })
  return data
}

/** A rectangle a third as high and wide as the image, one more in each further item. */
function hole(data: Float32Array, shape: Shape): Float32Array {
  const [height = 1, width = 1] = shape.slice(-2)
  return data.map((_, index) => {
    const item = Math.floor(index / (height * width))
    const row = Math.floor(index / width) % height
    const column = index % width
    const inRows = row * 3 >= height && (row - item) * 3 < 2 * height
    const inColumns = column * 3 >= width && (column - item) * 3 < 2 * width
    return inRows && inColumns ? 1 : 0
  })
}
