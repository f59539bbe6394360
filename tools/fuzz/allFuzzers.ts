import { convolutionFuzzer } from './convolutions/convolutionFuzzer.ts'
import type { Fuzzer } from './fuzzer.ts'
import { readerFuzzer } from './readers/readerFuzzer.ts'
import { fuzzedReaders } from './readers/readers.ts'

/** Every fuzzer by name; made when it runs, since some start threads. */
export function allFuzzers(): ReadonlyMap<string, () => Promise<Fuzzer>> {
  const readers = fuzzedReaders().map((reader) => {
    const make = () => Promise.resolve(readerFuzzer(reader))
    return [reader.name, make] as const
  })
  return new Map<string, () => Promise<Fuzzer>>([...readers, ['convolutions', convolutionFuzzer]])
}
