/** What kind of failure this is; stable, so that programs can branch on it. */
export type ErrorCode =
  | 'usage' // an option or argument is wrong
  | 'shape' // tensors or layers do not fit together
  | 'format' // bytes are not what they claim to be
  | 'limit' // something from outside is larger than we accept
  | 'refused' // a file asked for something we never do
  | 'missing' // a file, program or tensor is not there
  | 'data' // clips or labels cannot be used
  | 'numeric' // NaN or infinity where a number must be
  | 'unsupported' // valid, but not implemented here

/** The parts of an error message: what went wrong, then the facts that mend it. */
export interface ErrorFacts {
  /** Where: a file, a layer's path, a tensor's name. */
  readonly where?: string
  readonly expected?: string
  readonly received?: string
  /** One line: what to do about it. */
  readonly fix?: string
  readonly cause?: unknown
}

/** The one error class of Sluice: says what came, what was expected and how to mend it. */
export class SluiceError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(render(message, facts), facts.cause === undefined ? {} : { cause: facts.cause })
    this.name = 'SluiceError'
    this.code = code
    this.facts = facts
  }
}

/** A name or value from a file may have any length; a message is read by people. */
const LONGEST_PART = 800

function render(message: string, facts: ErrorFacts): string {
  const said = shortened(message)
  let text = facts.where === undefined ? said : `${shortened(facts.where)}: ${said}`
  if (facts.expected !== undefined) text += `\n  expected: ${shortened(facts.expected)}`
  if (facts.received !== undefined) text += `\n  received: ${shortened(facts.received)}`
  if (facts.fix !== undefined) text += `\n  fix: ${shortened(facts.fix)}`
  return text
}

/** The beginning and the end of a text that is too long, and how long it is. */
function shortened(text: string): string {
  if (text.length <= LONGEST_PART) return text
  const half = LONGEST_PART / 2
  return `${text.slice(0, half)} … ${text.slice(-half)} (${text.length} characters)`
}
