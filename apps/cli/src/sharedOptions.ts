import { Option } from 'commander'
import { wholeNumber } from './optionValues.ts'

/** Options that several commands have, said once. */
export function threadsOption(): Option {
  return new Option('--threads <n>', 'worker threads; never changes the result').argParser(
    wholeNumber(1, 64),
  )
}

export function relaxedOption(): Option {
  return new Option('--relaxed-simd', 'faster multiply-adds; bits may differ between machines')
}

export function batchOption(): Option {
  return new Option('--batch <n>', 'clips at a time (default: 16)').argParser(wholeNumber(1, 65536))
}
