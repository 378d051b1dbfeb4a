import type { Target, TargetEntry } from './target.js';

/** What a process that attacks one target is told. */
export interface Task {
  /** URL of the module whose `TARGETS` has the target. */
  readonly registry: string;
  readonly target: string;
  readonly seed: number;
  /** Index of the first input. */
  readonly first: number;
  readonly inputs: number;
}

/** The module that {@link Task.registry} names. */
interface Registry {
  readonly TARGETS: readonly TargetEntry[];
}

/** Builds the target of a task. */
export async function targetOf({ registry, target, seed }: Task): Promise<Target> {
  const { TARGETS } = (await import(registry)) as Registry;
  const found = TARGETS.find(({ name }) => name === target);
  if (found === undefined) throw new Error(`No target is called ${target}.`);
  return found.build(seed);
}
