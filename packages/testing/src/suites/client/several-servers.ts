import type { MemcachedError, PartialFailureError } from '@mc/core';
import { expect } from 'vitest';
import type { ClientTestContext, ClientTests } from '../client-context.js';
import { rejection, rejections } from '../rejection.js';

const KEYS = 60;
/** Deadlines for a batch, each for a machine that is busier. */
const DEADLINES_MS: readonly number[] = [400, 3000, 12_000];
const LONG_MS = 20_000;

function spreadKeys({ key }: ClientTestContext): string[] {
  return Array.from({ length: KEYS }, (_, index) => key(`n${index}`));
}

/** What holds only where keys are spread over servers. */
export const severalServersTests: ClientTests = {
  'every server gets its share and each key is found where it was put': async (context) => {
    const { client, serverNames, open } = context;
    const keys = spreadKeys(context);
    const used = new Set(keys.map((key) => client.serverFor(key).name));
    expect(used).toStrictEqual(new Set(serverNames));
    await Promise.all(keys.map((key) => client.set(key, key)));
    const another = open();
    expect(await Promise.all(keys.map((key) => another.get(key)))).toStrictEqual(keys);
    expect(await another.getMulti(keys)).toStrictEqual(new Map(keys.map((key) => [key, key])));
  },
  'serverFor names the server that the key really goes to': async (context) => {
    const { open, faults, serverNames } = context;
    const keys = spreadKeys(context);
    const [down = ''] = serverNames;
    const client = open({ failureLimit: 1000 });
    faults.refuse(down);
    try {
      const outcomes = await Promise.allSettled(keys.map((key) => client.get(key)));
      const failed = keys.filter((_, index) => outcomes[index]?.status === 'rejected');
      expect(failed).toStrictEqual(keys.filter((key) => client.serverFor(key).name === down));
      expect(failed.length).toBeGreaterThan(0);
    } finally {
      faults.accept();
    }
  },
  'a batch with one server down gives the rest and the reason for each lost key': async (context) => {
    const { client, open, faults, serverNames } = context;
    const keys = spreadKeys(context);
    await client.setMulti(keys.map((key) => [key, key] as const));
    const [down = ''] = serverNames;
    const partial = open();
    const lost = keys.filter((key) => partial.serverFor(key).name === down);
    const rest = keys.filter((key) => !lost.includes(key));
    faults.refuse(down);
    try {
      const error = (await rejection(partial.getMulti(keys), 'MC_PARTIAL_FAILURE')) as PartialFailureError;
      expect(error.result).toStrictEqual(new Map(rest.map((key) => [key, key])));
      expect(new Set(error.errors.keys())).toStrictEqual(new Set(lost));
      for (const part of error.errors.values()) expect((part as MemcachedError).server).toBe(down);
      const stored = await rejection(
        partial.setMulti(keys.map((key) => [key, 'new'] as const)),
        'MC_PARTIAL_FAILURE',
      );
      expect(new Set((stored as PartialFailureError).errors.keys())).toStrictEqual(new Set(lost));
      await rejection(partial.deleteMulti(keys), 'MC_PARTIAL_FAILURE');
    } finally {
      faults.accept();
    }
    expect(await client.getMulti(keys)).toStrictEqual(new Map(lost.map((key) => [key, key])));
  },
  "with 'miss' a batch gives what the healthy servers have": async (context) => {
    const { client, open, faults, serverNames } = context;
    const keys = spreadKeys(context);
    await client.setMulti(keys.map((key) => [key, key] as const));
    const [down = ''] = serverNames;
    const lenient = open({ onServerFailure: 'miss' });
    const rest = keys.filter((key) => lenient.serverFor(key).name !== down);
    faults.refuse(down);
    try {
      expect(await lenient.getMulti(keys)).toStrictEqual(new Map(rest.map((key) => [key, key])));
      expect(await lenient.deleteMulti(keys)).toBe(false);
    } finally {
      faults.accept();
    }
  },
  'a silent server costs its own keys their deadline and the others nothing': async (context) => {
    const { client, open, faults, serverNames } = context;
    const keys = spreadKeys(context);
    await client.setMulti(keys.map((key) => [key, key] as const));
    const [silent = ''] = serverNames;
    const others = keys.filter((key) => client.serverFor(key).name !== silent);
    const expected = new Map(others.map((key) => [key, key]));
    // On a busy machine the others may take longer than a deadline; if they were held up, they would miss each of them.
    for (const timeoutMs of DEADLINES_MS) {
      const hurried = open({ timeoutMs });
      await hurried.getMulti(keys, { timeoutMs: LONG_MS });
      faults.hold(silent);
      try {
        const ended: string[] = [];
        const all = rejection(hurried.getMulti(keys), 'MC_PARTIAL_FAILURE').finally(() => ended.push('all'));
        const single = await Promise.all(others.map((key) => hurried.get(key, { timeoutMs: LONG_MS })));
        expect(single).toStrictEqual(others);
        ended.push('others');
        const { result } = (await all) as PartialFailureError;
        const isLast = timeoutMs === DEADLINES_MS.at(-1);
        if (!isLast && (ended[0] === 'all' || (result as typeof expected).size < expected.size)) continue;
        expect(ended).toStrictEqual(['others', 'all']);
        expect(result).toStrictEqual(expected);
        return;
      } finally {
        faults.release();
      }
    }
  },
  'stats, version and flushAll with one server down say so and reach the others': async (context) => {
    const { client, open, faults, serverNames } = context;
    const keys = spreadKeys(context);
    await client.setMulti(keys.map((key) => [key, key] as const));
    const [down = '', ...up] = serverNames;
    const partial = open();
    faults.refuse(down);
    try {
      const calls = [partial.version(), partial.stats()];
      for (const failure of await rejections(calls, 'MC_PARTIAL_FAILURE')) {
        const error = failure as PartialFailureError;
        expect([...(error.result as Map<string, unknown>).keys()].sort()).toStrictEqual([...up].sort());
        expect([...error.errors.keys()]).toStrictEqual([down]);
      }
      await rejection(partial.flushAll(), 'MC_PARTIAL_FAILURE');
    } finally {
      faults.accept();
    }
    const left = keys.filter((key) => client.serverFor(key).name === down);
    expect(new Set((await client.getMulti(keys)).keys())).toStrictEqual(new Set(left));
  },
};
