import { setTimeout as wait } from 'node:timers/promises';
import { jsonCodec } from '@mc/codec-json';
import { createClient, type MemcachedClient } from '@mc/core';
import { type Random, startMemcached } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import type { Fault, Victim } from './fault.js';
import { Load } from './load.js';
import { type Period, ServerCalls } from './server-calls.js';
import type { ChaosSettings } from './settings.js';

const DEFAULT_RETRY_MS = 2000;
const LONGEST_PROBE_WAIT_MS = 60_000;
/** Making a connection, asking, and a busy machine. */
const SLACK_MS = 500;
const DEADLINE_MS = 60_000;

/** What was seen of one fault. */
export interface FaultOutcome {
  readonly fault: string;
  /** Calls on the keys of the other two servers, from the fault to its end. */
  readonly otherCalls: number;
  /** Whatever went wrong with any call on them, in the whole run. */
  readonly otherFailures: readonly string[];
  readonly controlP99Ms: number;
  /** The p99 of the control's second half by that of its first: what the machine alone does to it. */
  readonly noise: number;
  readonly faultP99Ms: number;
  /** From the fault to the mark-down. */
  readonly downAfterMs: number;
  /** Calls on the keys of the dead server between its mark-down and its return, what they failed with, and the slowest. */
  readonly refusals: number;
  readonly refusalCodes: readonly string[];
  readonly slowestRefusalMs: number;
  /** From the end of the fault to the first good call on its keys; and the wait that the back-off allows. */
  readonly backAfterMs: number;
  readonly allowedMs: number;
  /** Whatever went wrong with its calls before the fault, or after it was marked up. */
  readonly failuresWhenWell: readonly string[];
  /** Servers that were marked down though they were well. */
  readonly wronglyDown: readonly string[];
}

/** Three servers under load, one of which fails and comes back. */
export async function runFault(fault: Fault, settings: ChaosSettings, random: Random): Promise<FaultOutcome> {
  const others = [await startMemcached(), await startMemcached()];
  const victim = await fault.start();
  const client = createClient({
    servers: [...others.map(({ address }) => address), victim.address],
    transport: tcpTransport(),
    codec: jsonCodec(),
    ...settings.client,
  });
  try {
    const load = new Load(client, random, settings.callers);
    const names = others.map(({ name }) => name);
    return await observe(fault.name, client, load, victim, names, settings);
  } finally {
    await client.close();
    await Promise.all([victim.close(), ...others.map((server) => server.stop())]);
  }
}

async function observe(
  fault: string,
  client: MemcachedClient,
  load: Load,
  victim: Victim,
  names: readonly string[],
  settings: ChaosSettings,
): Promise<FaultOutcome> {
  const watch = watchServers(client, victim.name);
  await load.start();
  await wait(settings.controlMs / 4);
  const control = { fromMs: performance.now(), toMs: performance.now() + settings.controlMs };
  await wait(settings.controlMs);
  const failMs = performance.now();
  await victim.fail();
  const downMs = await watch.down;
  await wait(settings.downMs);
  const healMs = performance.now();
  await victim.heal();
  const healedMs = performance.now();
  const upMs = await watch.up;
  await wait(settings.backMs);
  await load.stop();

  const others = names.map((name) => load.of(name));
  const dead = load.of(victim.name);
  const during = { fromMs: failMs, toMs: healMs };
  const refused = dead.failedIn({ fromMs: downMs, toMs: healMs });
  return {
    fault,
    otherCalls: others.reduce((sum, calls) => sum + calls.count(during), 0),
    otherFailures: codesOf(others.flatMap(({ failed }) => failed)),
    controlP99Ms: ServerCalls.p99(others, control),
    noise: noiseOf(others, control),
    faultP99Ms: ServerCalls.p99(others, during),
    downAfterMs: downMs - failMs,
    refusals: refused.length,
    refusalCodes: codesOf(refused),
    slowestRefusalMs: Math.max(0, ...refused.map(({ tookMs }) => tookMs)),
    backAfterMs: dead.firstSuccessMs(healMs) - healedMs,
    allowedMs: allowedWait(settings, watch.failedProbes()),
    failuresWhenWell: codesOf(
      // A call that was under way when the server failed has the right to.
      dead.failed.filter(({ startMs, tookMs }) => startMs >= upMs || startMs + tookMs < failMs),
    ),
    wronglyDown: watch.wronglyDown,
  };
}

function noiseOf(servers: readonly ServerCalls[], { fromMs, toMs }: Period): number {
  const middleMs = (fromMs + toMs) / 2;
  const first = ServerCalls.p99(servers, { fromMs, toMs: middleMs });
  return ServerCalls.p99(servers, { fromMs: middleMs, toMs }) / first;
}

/** Follows what the client says of its servers. */
function watchServers(client: MemcachedClient, victim: string) {
  const wronglyDown: string[] = [];
  let failedProbes = 0;
  client.on('down', ({ server }) => {
    if (server !== victim) wronglyDown.push(server);
  });
  const count = ({ server }: { readonly server: string }) => {
    if (server === victim && isDown(client, victim)) failedProbes += 1;
  };
  client.on('connectFailed', count);
  client.on('disconnect', count);
  return {
    wronglyDown,
    down: timeOf(client, 'down', victim),
    up: timeOf(client, 'up', victim),
    failedProbes: () => failedProbes,
  };
}

function isDown(client: MemcachedClient, name: string): boolean {
  return client.servers().some((server) => server.name === name && server.state === 'down');
}

/** When the client tells of the event. */
function timeOf(client: MemcachedClient, event: 'down' | 'up', victim: string): Promise<number> {
  const time = new Promise<number>((resolve, reject) => {
    const deadline = setTimeout(reject, DEADLINE_MS, new Error(`the server was not marked ${event}`));
    client.on(event, ({ server }) => {
      if (server !== victim) return;
      clearTimeout(deadline);
      resolve(performance.now());
    });
  });
  // Whoever waits for it later sees the failure.
  time.catch(() => {});
  return time;
}

/** The longest wait before the next probe, when so many have failed since and with the mark-down. */
function allowedWait({ client }: ChaosSettings, failedProbes: number): number {
  const { retryTimeoutMs = DEFAULT_RETRY_MS } = client;
  return Math.min(retryTimeoutMs * 2 ** Math.max(0, failedProbes - 1), LONGEST_PROBE_WAIT_MS) + SLACK_MS;
}

/** Each kind of failure, and how many there were. */
function codesOf(failed: ReadonlyArray<{ readonly code: string }>): string[] {
  const counts = new Map<string, number>();
  for (const { code } of failed) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`);
}
