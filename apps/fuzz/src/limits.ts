/** From when on a target has failed. */

/** One decode may take this long, in milliseconds of processor time: longer is a hang. */
export const HANG_MS = 1000;

/** Memory of the process may grow by this much over what it was before the first input. */
export const GROWTH_MIB = 256;

/** JavaScript heap of the thread that decodes. */
export const HEAP_MIB = 160;

/** Largest value that a decompressor may make, small so that a bomb is soon over. */
export const MAX_VALUE_BYTES = 1 << 20;
