import { SluiceError } from './errors.ts'

/**
 * One of a few words: in JavaScript, callers may hand in anything.
 * @param where the layer, the loss or the device whose option it is
 * @throws SluiceError `usage` for another
 */
export function choiceOption<Choice extends string>(
  where: string,
  name: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value
  throw new SluiceError('usage', `${name} is none that there is`, {
    where,
    expected: choices.map((choice) => `"${choice}"`).join(', '),
    received: JSON.stringify(value),
  })
}
