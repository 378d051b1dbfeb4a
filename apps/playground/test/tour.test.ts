import { createClient } from '@mc/memcached';
import { expectsMemcached, startMemcached } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runTourProcess, type TourRun } from './tour-process.js';

const LIMIT_MS = 90_000;

/** The result shown behind a line of code, in the order of the tour. */
function resultsOf({ output }: TourRun, code: string): string[] {
  const rows = output.split('\n');
  return rows.flatMap((row, at) => {
    if (!row.trimStart().startsWith(code)) return [];
    const behind = row.trimStart().slice(code.length).trim();
    return [behind === '' ? (rows[at + 1] ?? '').trim() : behind];
  });
}

function expectWholeTour(run: TourRun): void {
  expect(run.errors).toBe('');
  expect(run.code).toBe(0);
  expect(run.output).toMatch(/\nDone: \d+ steps in [\d.]+ s; the keys of the tour are deleted again\.\n/);
  expect(run.output).not.toContain('\u001b');
  expect(resultsOf(run, "await cache.get('user:1')")).toEqual(["{ name: 'Ada', admin: true }"]);
  expect(resultsOf(run, "await cache.get('user:2', { fallback: 'nobody' })")).toEqual(["'nobody'"]);
  expect(resultsOf(run, "await cache.get('note')")).toEqual(["'hello, memcached!'"]);
  expect(resultsOf(run, "await cache.incr('hits')")).toEqual(['42']);
  expect(resultsOf(run, "await cache.get('guests')")).toEqual(["[ 'Alan', 'Ada', 'Bob' ]"]);
  expect(resultsOf(run, "await cache.cas('guests', [...bob.value, 'Bob'], bob.cas)")).toEqual(['false']);
  expect(resultsOf(run, "await cache.get('otp')")).toEqual(["'493 817'", 'undefined']);
  expect(resultsOf(run, "await cache.get('session')")).toEqual(["'ada'"]);
  expect(resultsOf(run, "await map.get('colour')")).toEqual(["'red'"]);
  expect(resultsOf(run, "await cache.set('n', Number.NaN)")).toEqual(['MC_ENCODE']);
  expect(resultsOf(run, "await cache.set('film', film)")).toEqual(['MC_VALUE_TOO_LARGE']);
  expect(resultsOf(run, "await strict.get('word')")).toEqual(['MC_CONNECT_FAILED']);
}

/** Keys by server name: where the client says they are, and how many were found there. */
function spreadOf({ output }: TourRun): Array<{ server: string; keys: number; found: number }> {
  const rows = output.matchAll(/^ +(\S+) +█* +(\d+) keys +(\d+) found there$/gm);
  return [...rows].map(([, server = '', keys, found]) => ({
    server,
    keys: Number(keys),
    found: Number(found),
  }));
}

function expectSpread(run: TourRun, servers: readonly string[]): void {
  const spread = spreadOf(run);
  expect(spread.map(({ server }) => server)).toEqual(servers);
  for (const { keys, found } of spread) expect(found).toBe(keys);
  expect(spread.reduce((sum, { keys }) => sum + keys, 0)).toBe(1000);
  expect(Math.min(...spread.map(({ keys }) => keys))).toBeGreaterThan(0);
}

describe('the terminal tour', () => {
  it('runs to its end on embedded servers', { timeout: LIMIT_MS }, async () => {
    const run = await runTourProcess(undefined);
    expectWholeTour(run);
    expectSpread(run, ['cache-1:11211', 'cache-2:11211', 'cache-3:11211', 'cache-4:11211']);
  });

  it('says which server it cannot reach, without a stack', { timeout: LIMIT_MS }, async () => {
    const run = await runTourProcess('127.0.0.1:1,/nowhere/memcached.sock');
    expect(run.code).toBe(1);
    expect(run.errors).toMatch(/^ {2}127\.0\.0\.1:1: MC_CONNECT_FAILED: no connection .*ECONNREFUSED/m);
    expect(run.errors).toMatch(/^ {2}\/nowhere\/memcached\.sock: MC_CONNECT_FAILED: no connection .*ENOENT/m);
    expect(run.errors).not.toMatch(/^\s+at /m);
  });

  it('says what is wrong with a list of servers', { timeout: LIMIT_MS }, async () => {
    const run = await runTourProcess('127.0.0.1:port');
    expect(run.code).toBe(1);
    expect(run.errors).toContain('MC_CONFIGURATION: a server must be');
    expect(run.errors).not.toMatch(/^\s+at /m);
  });
});

if (expectsMemcached()) {
  describe('the terminal tour on real servers', () => {
    it('deletes its own keys and no others', { timeout: LIMIT_MS }, async () => {
      await using first = await startMemcached();
      await using second = await startMemcached();
      const servers = [first.name, second.name];
      await using client = createClient(servers);
      const others = Array.from({ length: 20 }, (_, at) => `not-of-the-tour-${at}`);
      await client.setMulti(others.map((key) => [key, key] as const));

      const run = await runTourProcess(servers.join(','));

      expectWholeTour(run);
      expectSpread(run, servers);
      expect((await client.getMulti(others)).size).toBe(others.length);
      const stats = await client.stats();
      const items = servers.map((name) => Number(stats.get(name)?.get('curr_items')));
      expect(items.reduce((sum, count) => sum + count, 0)).toBe(others.length);
    });
  });
}
