/** What the tolerance of every normalisation is widened by. */
export const normalisationLooseness = {
  factor: 4,
  why: 'the error of a mean is divided by the deviation, which is smaller than the values',
}
