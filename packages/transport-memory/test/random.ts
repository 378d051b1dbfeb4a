/** A seeded source of random choices. */
export interface Random {
  readonly seed: number;
  /** An integer from 0 to `below` - 1. */
  integer(below: number): number;
  /** True once in `times` on average. */
  once(times: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/** The seed of a run: MC_SEED, or a fixed one. */
export function seedOfRun(): number {
  return Number(process.env.MC_SEED ?? 20_260_101);
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (below: number) => Math.floor(next() * below);
  return {
    seed,
    integer,
    once: (times) => integer(times) === 0,
    pick: (choices) => choices[integer(choices.length)] as never,
  };
}
