import type { Compressor } from '@mc/core';
import { expectsMemcached, type Random, randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { openClient, outcome, startReal } from './open-client.js';
import { type ModelCall, OrderModel } from './order-model.js';

/** Calls in all, for each set-up; `MC_ORDER_CALLS` asks for more. */
const CALLS = Number(process.env.MC_ORDER_CALLS ?? 6000);
const AT_ONCE = 200;

/** Takes a random number of turns and makes nothing smaller, so what is stored stays readable text. */
function dawdlingCompressor(random: Random): Compressor {
  return {
    name: 'dawdling',
    id: 7,
    compress: async (data) => {
      for (let turns = random.integer(4); turns > 0; turns -= 1) await turn();
      return data;
    },
    decompress: (data) => data,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes a few hundred calls, most without waiting for anything, and checks each result. */
async function round(
  model: OrderModel,
  random: Random,
  client: ReturnType<typeof openClient>,
): Promise<void> {
  const calls: ModelCall[] = [];
  const results: Promise<unknown>[] = [];
  for (let index = 0; index < AT_ONCE; index += 1) {
    const call = model.next(random);
    calls.push(call);
    results.push(outcome(call.make(client)));
    // Sometimes a tick or a turn passes, so that calls meet replies to earlier ones.
    if (random.chance(0.05)) await null;
    if (random.chance(0.02)) await turn();
  }
  const got = await Promise.all(results);
  for (const [index, call] of calls.entries()) {
    const history = calls.slice(0, index + 1).map(({ text }) => text.slice(0, 120));
    expect(got[index], `call ${index} of:\n${history.join('\n')}`).toStrictEqual(call.expected);
  }
}

async function checkOrder(
  serverCount: number,
  options: { compress: boolean; mergeGets: boolean },
): Promise<void> {
  const random = randomFrom(testSeed() + serverCount);
  const servers = await Promise.all(Array.from({ length: serverCount }, () => startReal()));
  const compressor = options.compress ? { compressor: dawdlingCompressor(random), minCompressLen: 10 } : {};
  const client = openClient(
    servers.map(({ address }) => address),
    { timeoutMs: 10_000, mergeGets: options.mergeGets, ...compressor },
  );
  const model = new OrderModel();
  for (let done = 0; done < CALLS; done += AT_ONCE) {
    await round(model, random, client);
    await model.readCasIds(client);
  }
}

if (expectsMemcached()) {
  describe(`random calls at once give each key the results of call order (MC_SEED=${testSeed()})`, () => {
    console.info(`order test: MC_SEED=${testSeed()}, ${CALLS} calls a set-up`);
    it('on one server', () => checkOrder(1, { compress: false, mergeGets: true }), 120_000);
    it('on three servers', () => checkOrder(3, { compress: false, mergeGets: true }), 120_000);
    it('without merged gets', () => checkOrder(1, { compress: false, mergeGets: false }), 120_000);
    it(
      'with a compressor that takes its time',
      () => checkOrder(1, { compress: true, mergeGets: true }),
      120_000,
    );
    it(
      'with a slow compressor on three servers',
      () => checkOrder(3, { compress: true, mergeGets: true }),
      120_000,
    );
  });
}
