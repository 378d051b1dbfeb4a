import { median, relativeSpread } from '../quantile.js';
import { type Contestant, DIRECTIONS, type Direction, type Side } from './contestant.js';
import type { Payload } from './payload.js';
import type { CaseFigures, Timings } from './timing.js';

/** Medians of one contestant with one payload. */
export interface ValuesRow {
  readonly id: string;
  readonly title: string;
  readonly kind: Contestant['kind'];
  readonly payload: string;
  /** Why there are no figures. */
  readonly reason?: string;
  readonly figures?: RowFigures;
}

/** The speed of one side: operations a second, and half the distance between the quartiles as a share of it. */
export type Speeds = Readonly<Record<Direction, { readonly perSecond: number; readonly spread: number }>>;

/** How many times as long as the other side: encoding, decoding, and one after the other. */
export type Ratios = Readonly<Record<Direction | 'both', number>>;

export interface RowFigures {
  readonly bytes: number;
  readonly node: string;
  /** Share of the time that other programs took, 0 to 1, where it is known. */
  readonly others?: number;
  readonly speeds: Readonly<Partial<Record<Side, Speeds>>>;
  /** Time of the codec or compressor over that of the bare library call; absent where there is no such call. */
  readonly overBare?: Ratios;
  /** Time of the client over that of the codec alone (over the bare call where there is no codec). */
  readonly clientOver?: Ratios;
}

/** The row of a case that was measured. */
export function rowOf(contestant: Contestant, payload: Payload, figures: CaseFigures): ValuesRow {
  const { bare, ours, client } = figures.timings;
  const overBare = ratiosOf(ours, bare);
  const clientOver = ratiosOf(client, ours ?? bare);
  const speeds = Object.entries(figures.timings).map(([side, timings]) => [side, speedsOf(timings)]);
  return {
    ...headOf(contestant, payload),
    figures: {
      bytes: figures.bytes,
      node: figures.node,
      ...(figures.others === undefined ? {} : { others: figures.others }),
      speeds: Object.fromEntries(speeds) as RowFigures['speeds'],
      ...(overBare === undefined ? {} : { overBare }),
      ...(clientOver === undefined ? {} : { clientOver }),
    },
  };
}

/** The row of a case that was not. */
export function emptyRow(contestant: Contestant, payload: Payload, reason: string): ValuesRow {
  return { ...headOf(contestant, payload), reason };
}

function headOf({ id, title, kind }: Contestant, payload: Payload): Omit<ValuesRow, 'figures' | 'reason'> {
  return { id, title, kind, payload: payload.id };
}

function speedsOf(timings: Timings): Speeds {
  const speedOf = (direction: Direction): Speeds[Direction] => {
    const speeds = timings[direction].map((nanoseconds) => 1e9 / nanoseconds);
    return { perSecond: median(speeds), spread: relativeSpread(speeds) };
  };
  return { encode: speedOf('encode'), decode: speedOf('decode') };
}

/** Medians of the ratios of each round, whose slices lie next to each other in time. */
function ratiosOf(timings: Timings | undefined, base: Timings | undefined): Ratios | undefined {
  if (timings === undefined || base === undefined) return undefined;
  const ratio = (directions: readonly Direction[]): number =>
    median(
      timings.encode.map((_, round) => sumOf(timings, directions, round) / sumOf(base, directions, round)),
    );
  return { encode: ratio(['encode']), decode: ratio(['decode']), both: ratio(DIRECTIONS) };
}

function sumOf(timings: Timings, directions: readonly Direction[], round: number): number {
  return directions.reduce((sum, direction) => sum + (timings[direction][round] ?? Number.NaN), 0);
}

/** The aim: with the small object, a codec takes at most this many times as long as its library's own call. */
export const CODEC_TARGET = 1.15;
const TARGET_PAYLOAD = 'object';

/** A codec and whether it reached the aim. */
export interface CodecVerdict {
  readonly id: string;
  readonly title: string;
  readonly bound: number;
  readonly measured: number;
  readonly reached: boolean;
}

/** Holds every codec that has a bare call against the aim. */
export function judgeCodecs(rows: readonly ValuesRow[]): CodecVerdict[] {
  return rows.flatMap(({ id, title, kind, payload, figures }) => {
    const measured = figures?.overBare?.both;
    if (kind !== 'codec' || payload !== TARGET_PAYLOAD || measured === undefined) return [];
    return [{ id, title, bound: CODEC_TARGET, measured, reached: measured <= CODEC_TARGET }];
  });
}
