import { type ClientHandle, startClient } from './client-handle.js';
import type { Pace } from './command-line.js';
import type { Slice } from './message.js';
import type { Client } from './roster.js';
import type { Workload } from './workload.js';

/** What came of one client in one workload: its slices, one a round, or the reason why there are none. */
export interface Entry {
  readonly client: Client;
  readonly slices: readonly Slice[];
  /** Absent when it ran. */
  readonly reason?: string;
  /** True when it should have run and did not. */
  readonly failed: boolean;
  readonly node?: string;
  readonly source?: string;
}

/** Where a client runs: a Node and the servers it talks to, or why it cannot. */
export interface Place {
  readonly node: string;
  readonly servers: readonly string[];
  readonly cpu: number | undefined;
}

interface Running {
  readonly client: Client;
  readonly handle: ClientHandle;
  readonly slices: Slice[];
  readonly node: string;
  readonly source: string;
}

/**
 * Measures one workload. Every client gets a fresh process; then rounds are interleaved (a slice of each client, then
 * the next round), so that noise of the machine falls on all of them. Only one process works at a time.
 */
export async function runWorkload(
  workload: Workload,
  clients: readonly Client[],
  placeOf: (client: Client) => Place | string,
  pace: Pace,
): Promise<Entry[]> {
  const entries = new Map<Client, Entry>();
  const running: Running[] = [];
  for (const client of clients) {
    const place = client.cannot(workload) ?? placeOf(client);
    if (typeof place === 'string') entries.set(client, { client, slices: [], reason: place, failed: false });
    else await prepare(workload, client, place, pace, running, entries);
  }
  for (let round = 0; round < pace.rounds; round += 1) await runRound(running, round, pace, entries);
  for (const { client, handle, slices, node, source } of running) {
    if (!entries.has(client)) entries.set(client, { client, slices, failed: false, node, source });
    await handle.close();
  }
  return clients.map((client) => entries.get(client) as Entry);
}

async function prepare(
  workload: Workload,
  client: Client,
  place: Place,
  pace: Pace,
  running: Running[],
  entries: Map<Client, Entry>,
): Promise<void> {
  const handle = startClient(client, place.node, place.cpu);
  try {
    const { node, source } = await handle.prepare(workload, place.servers);
    await handle.measure(0, pace.warmUpMs);
    running.push({ client, handle, slices: [], node, source });
  } catch (error) {
    entries.set(client, failure(client, error));
    await handle.close();
  }
}

/** Every round starts with another client, so that none always follows the same neighbour's pause. */
async function runRound(
  running: readonly Running[],
  round: number,
  pace: Pace,
  entries: Map<Client, Entry>,
): Promise<void> {
  const first = running.length === 0 ? 0 : round % running.length;
  const order = [...running.slice(first), ...running.slice(0, first)];
  for (const { client, handle, slices } of order) {
    if (entries.has(client)) continue;
    try {
      slices.push(await handle.measure(pace.leadMs, pace.timedMs));
    } catch (error) {
      entries.set(client, failure(client, error));
    }
  }
}

function failure(client: Client, error: unknown): Entry {
  return { client, slices: [], reason: error instanceof Error ? error.message : String(error), failed: true };
}
