import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which processor servers and clients are bound to; undefined where they cannot be bound. */
export interface Pinning {
  readonly server: number;
  readonly client: number;
}

/** One processor for the servers and another, on another core, for the client that is being measured. */
export function findPinning(): Pinning | undefined {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    const allowed = parseCpuList(
      /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1],
    );
    const server = allowed[0];
    if (server === undefined) return undefined;
    const siblings = readFileSync(
      `/sys/devices/system/cpu/cpu${server}/topology/thread_siblings_list`,
      'utf8',
    );
    const others = allowed.filter((cpu) => !parseCpuList(siblings.trim()).includes(cpu));
    const client = others[0];
    return client === undefined ? undefined : { server, client };
  } catch {
    return undefined;
  }
}

/** A command line bound to a processor, or as it is when there is none to bind to. */
export function pinned(
  cpu: number | undefined,
  command: string,
  args: readonly string[],
): [string, string[]] {
  return cpu === undefined ? [command, [...args]] : ['taskset', ['-c', String(cpu), command, ...args]];
}

/** `0-2,5` as numbers. */
function parseCpuList(text: string | undefined): number[] {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return Array.from(
        { length: (to as number) - (from as number) + 1 },
        (_, offset) => (from as number) + offset,
      );
    });
}
