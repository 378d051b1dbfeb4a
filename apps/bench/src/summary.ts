import type { Slice } from './message.js';
import { median, relativeSpread } from './quantile.js';
import type { Client } from './roster.js';
import type { Entry } from './rounds.js';
import type { Workload } from './workload.js';

/** One line of the table. All figures are medians over the rounds. */
export interface Row {
  readonly client: Client;
  readonly reason?: string;
  readonly failed: boolean;
  /** Absent when the client did not run. */
  readonly figures?: Figures;
}

export interface Figures {
  readonly operationsPerSecond: number;
  /** Half the distance between the quartiles of the rounds, as a share of the median. */
  readonly spread: number;
  readonly cpuMicrosPerOperation: number;
  readonly p50: number;
  readonly p99: number;
  /** Absent where the floor or the peer did not run. */
  readonly ofFloor?: number;
  readonly ofBestPeer?: number;
}

/** All rows of one workload. */
export interface Summary {
  readonly workload: Workload;
  readonly rows: readonly Row[];
  /** Share of the measured core that other programs took, 0 to 1; undefined where it is not known. */
  readonly others: number | undefined;
  readonly entries: readonly Entry[];
}

/** Medians and ratios of one workload. */
export function summarize(workload: Workload, entries: readonly Entry[]): Summary {
  const floor = entries.find((entry) => entry.client.id === workload.floor);
  const peer = bestPeer(entries);
  const rows = entries.map((entry) => rowOf(entry, floor, peer));
  return { workload, rows, others: othersOf(entries), entries };
}

/** Mean of all slices: one alone is too short for the clock that counts a core's busy time. */
function othersOf(entries: readonly Entry[]): number | undefined {
  const shares = entries.flatMap((entry) => entry.slices.flatMap((slice) => slice.others ?? []));
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The other memcached client with the highest median; undefined when none ran. */
export function bestPeer(entries: readonly Entry[]): Entry | undefined {
  return entries
    .filter((entry) => entry.client.kind === 'memcached' && entry.slices.length > 0)
    .toSorted((a, b) => median(b.slices.map(speedOf)) - median(a.slices.map(speedOf)))[0];
}

/**
 * The median of the rounds' own ratios. A round's slices lie next to each other in time, so what slows the machine for a
 * while slows both sides of a ratio.
 */
export function ratioOf(entry: Entry | undefined, base: Entry | undefined): number | undefined {
  if (entry === undefined || base === undefined) return undefined;
  const rounds = Math.min(entry.slices.length, base.slices.length);
  if (rounds === 0) return undefined;
  return median(
    entry.slices
      .slice(0, rounds)
      .map((slice, round) => speedOf(slice) / speedOf(base.slices[round] as Slice)),
  );
}

/** Processor time of one operation, in microseconds. */
export function cpuOf(slice: Slice): number {
  return slice.cpuMicros / slice.operations;
}

function speedOf(slice: Slice): number {
  return slice.operations / slice.seconds;
}

function rowOf(entry: Entry, floor: Entry | undefined, peer: Entry | undefined): Row {
  const { client, slices, failed, reason } = entry;
  if (slices.length === 0 || failed) return { client, failed, reason: reason ?? 'it was not measured' };
  const speeds = slices.map(speedOf);
  const ofFloor = ratioOf(entry, floor);
  const ofBestPeer = ratioOf(entry, peer);
  const figures: Figures = {
    operationsPerSecond: median(speeds),
    spread: relativeSpread(speeds),
    cpuMicrosPerOperation: median(slices.map(cpuOf)),
    p50: median(slices.map((slice) => slice.p50)),
    p99: median(slices.map((slice) => slice.p99)),
    ...(ofFloor === undefined ? {} : { ofFloor }),
    ...(ofBestPeer === undefined ? {} : { ofBestPeer }),
  };
  return { client, failed, figures };
}
