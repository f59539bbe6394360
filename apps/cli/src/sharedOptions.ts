import { Option } from 'commander'
import { memoryLimit, wholeNumber } from './optionValues.ts'

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

export function maxMemoryOption(): Option {
  return new Option(
    '--max-memory <amount>',
    'refuse before it begins what would take more for the network\n(default: all of the machine, at most 4GiB)',
  ).argParser(memoryLimit)
}
