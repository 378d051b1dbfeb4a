import { median, relativeSpread } from '../quantile.js';
import { caseId } from './cache-contest.js';
import type { CacheHandle } from './cache-handle.js';
import type { CacheFigures } from './measure-load.js';

/** The rounds of each subject, by case. */
export type CacheRounds = ReadonlyMap<string, ReadonlyMap<string, readonly CacheFigures[]>>;

/** How long it is measured. */
export interface CachePace {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmUpMilliseconds: number;
}

/** A ratio of two subjects. */
export interface PairedRatio {
  readonly ratio: number;
  /** Half the distance between the quartiles, as a share of the ratio. */
  readonly spread: number;
}

/**
 * Runs one load: a round of each, then the next round, so that noise of the machine falls on all. Every round starts
 * with another one, so that none always follows the same neighbour.
 */
export async function runRounds(
  handles: ReadonlyMap<string, CacheHandle>,
  load: string,
  { rounds, milliseconds, warmUpMilliseconds }: CachePace,
): Promise<Map<string, CacheFigures[]>> {
  const names = [...handles.keys()];
  const figures = new Map(names.map((name): [string, CacheFigures[]] => [name, []]));
  for (const handle of handles.values()) await handle.measure({ load, milliseconds: warmUpMilliseconds });
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const handle = handles.get(name) as CacheHandle;
      figures.get(name)?.push(await handle.measure({ load, milliseconds }));
    }
  }
  return figures;
}

/**
 * The median of the ratios of the rounds: what slows the machine for a while slows both sides of such a ratio. None
 * where one of the two did not run.
 */
export function pairedRatio(
  rounds: CacheRounds,
  { value, load, of, against }: { value: string; load: string; of: string; against: string },
  figure: keyof CacheFigures,
): PairedRatio | undefined {
  const ours = rounds.get(caseId(value, load))?.get(of);
  const others = rounds.get(caseId(value, load))?.get(against);
  if (ours === undefined || others === undefined) return undefined;
  const ratios = ours.map((round, at) => round[figure] / (others[at] as CacheFigures)[figure]);
  return { ratio: median(ratios), spread: relativeSpread(ratios) };
}
