import { median } from '../quantile.js';
import type { Timing } from './timing.js';

/** What a figure is to be: at most so many times another one. */
export interface Aim {
  readonly title: string;
  readonly id: string;
  readonly against: string;
  readonly atMost: number;
}

/** An aim and what was measured: the median of the ratios of each round. */
export interface Outcome {
  readonly aim: Aim;
  readonly ratio: number;
  readonly reached: boolean;
}

const AIMS: readonly Aim[] = [
  {
    title: 'a ketama lookup among 1,000 servers: at most 2 x that among 3',
    id: 'ketama-many',
    against: 'ketama-few',
    atMost: 2,
  },
  {
    title: "a ketama lookup with md5: at most half of node:crypto's md5 alone",
    id: 'ketama-many',
    against: 'createhash',
    atMost: 0.5,
  },
  {
    title: "a rebuild at 1,000 servers: at most a fifth of hashring's",
    id: 'rebuild',
    against: 'rebuild-hashring',
    atMost: 0.2,
  },
];

/** Compares the timings with what they are to be. */
export function judgeTimings(timings: readonly Timing[]): Outcome[] {
  const roundsOf = (id: string): readonly number[] =>
    timings.find(({ subject }) => subject.id === id)?.rounds ?? [];
  return AIMS.map((aim) => {
    const others = roundsOf(aim.against);
    const ratio = median(roundsOf(aim.id).map((time, at) => time / (others[at] as number)));
    return { aim, ratio, reached: ratio <= aim.atMost };
  });
}
