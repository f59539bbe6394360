// A step record in linear memory: [kernel, chunks, counter, 0] and then the kernel's arguments, one
// 32-bit word each. These readers are all that kernels know of it.

// @ts-ignore: decorator
@inline
export function word(args: usize, index: i32): i32 {
  return load<i32>(args + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
export function pointer(args: usize, index: i32): usize {
  return <usize>load<u32>(args + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
export function float(args: usize, index: i32): f32 {
  return load<f32>(args + (<usize>index << 2))
}
