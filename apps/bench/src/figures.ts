/** What a report on disk holds, as far as the README shows it. */
export interface Figures {
  readonly at: string;
  readonly surroundings: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadFigures[];
}

/** The rows of one workload. */
export interface WorkloadFigures {
  readonly id: string;
  readonly title: string;
  readonly floor: string;
  readonly rows: readonly RowFigures[];
}

/** One client or floor. */
export interface RowFigures {
  readonly id: string;
  readonly title: string;
  readonly operationsPerSecond?: number;
  readonly ofFloor?: number;
}

/** Clients in the order of the README's columns. */
export const COLUMNS: readonly string[] = ['ours', 'memjs', 'memcached', 'memcache-client', 'memcache'];

/** Operations a second of a client in a workload; `undefined` where it cannot do it. */
export function speedOf(workload: WorkloadFigures, id: string): number | undefined {
  const speed = workload.rows.find((row) => row.id === id)?.operationsPerSecond;
  return speed === undefined || Number.isNaN(speed) ? undefined : speed;
}

/** A number of operations as people say it. */
export function spoken(speed: number | undefined): string {
  if (speed === undefined) return 'n/a';
  if (speed >= 1e6) return `${(speed / 1e6).toFixed(2)} M`;
  return speed >= 1e4 ? `${Math.round(speed / 1000)} k` : Math.round(speed).toLocaleString('en');
}
