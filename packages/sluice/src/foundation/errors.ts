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

function render(message: string, facts: ErrorFacts): string {
  let text = facts.where === undefined ? message : `${facts.where}: ${message}`
  if (facts.expected !== undefined) text += `\n  expected: ${facts.expected}`
  if (facts.received !== undefined) text += `\n  received: ${facts.received}`
  if (facts.fix !== undefined) text += `\n  fix: ${facts.fix}`
  return text
}
