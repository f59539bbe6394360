// Places of the arguments that all kernels of contextual attention share. Read by the lowering
// (TypeScript) and by the kernels (AssemblyScript), so it holds plain constants only.
//
// Features of one sample, channels last; the mask of the first; the output, or the gradient that comes.
export const FOREGROUND = 0
export const BACKGROUND = 1
export const MASK = 2
export const OUTPUT = 3
// Sizes of the features, and of the grid of half the size on which queries and keys stand.
export const HEIGHT = 4
export const WIDTH = 5
export const CHANNELS = 6
export const ROWS = 7
export const COLUMNS = 8
/** Tables: which row and column of the features a row and column of the grid keeps. */
export const ROW_OF = 9
export const COLUMN_OF = 10
// Options.
export const FUSE = 11
export const ADDED_NORM = 12
export const SOFTMAX_SCALE = 13
// Packed pixels of the grid: [row][fours of columns][channel][4] and [row][eights][channel][8].
export const QUERIES_4 = 14
export const QUERIES_8 = 15
export const KEYS_8 = 16
/** Of each row the columns second to last, last, first and second: [row][channel][4]. */
export const QUERY_EDGES = 17
export const KEY_EDGES = 18
// One float per key and, behind each row, up to a multiple of eight: one over the norm; the softmax's
// scale, 0 where the key is unusable; what keeps padding, or padding and unusable keys, out of a sum.
export const INVERSE_NORMS = 19
export const SCALES = 20
export const PADDING_OUT = 21
export const UNUSABLE_OUT = 22
/** Scores of the last and first query of each row with all keys, and of all queries with such keys. */
export const LAST_QUERIES = 23
export const FIRST_QUERIES = 24
export const LAST_KEYS = 25
export const FIRST_KEYS = 26
/** Largest logit and sum of exponentials of each query, one pair for each group of distances. */
export const PARTIALS = 27
export const GROUPS = 28
/** Per query: the largest logit; a quarter of one over the sum. */
export const LARGEST = 29
export const QUARTERS = 30
/** What is pasted: [eights of channels of four pixels][row of cells][column of cells][8]. */
export const CELLS = 31
/** Of each row of cells: how many runs of columns hold usable ones, then where each begins and ends. */
export const RUNS = 32
/** In how many parts the rows of cells are cut. */
export const PARTS = 33
/** Distances between rows of queries and of keys that are pasted together. */
export const TOGETHER = 34
export const ARGUMENTS = 35

// The gradient's own. What comes, what goes out, of one sample.
export const GRADIENT = 35
export const FOREGROUND_GRADIENT = 36
export const BACKGROUND_GRADIENT = 37
/** Pixels of the grid by eights of channels: [eight][row][padded column][8], [row][eight][column][8]. */
export const KEYS_BY_CHANNEL = 38
export const QUERIES_BY_CHANNEL = 39
/** The gradient's cells as `CELLS` has the background's, and [row][fours of columns][channel][4]. */
export const GRADIENT_CELLS = 40
export const GRADIENT_FOURS = 41
/** The background's cells, counted through: [eights of cells][channel][8]. */
export const CELLS_8 = 42
/** Gradients that gather: [cell][channel of four pixels], [row][padded column][channel], per key. */
export const CELL_SUMS = 43
export const KEY_SUMS = 44
export const NORM_SUMS = 45
export const BACKWARD_ARGUMENTS = 46

/** Runs of usable columns in one row of cells; what is more is taken together. */
export const MOST_RUNS = 7
