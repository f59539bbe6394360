// Kinds of activations by number, as lowerings write them and kernels read them.
export const NONE = 0
export const RELU = 1
export const LEAKY_RELU = 2
export const ELU = 3
export const GELU = 4
export const SILU = 5
export const TANH = 6
export const SIGMOID = 7
export const HARD_SIGMOID = 8
export const ONE_PLUS_SIGMOID = 9
export const CLAMP = 10
export const LEAKY_RELU_02 = 11
