import type { Link, LinkEvents, MemcachedClient, Server, Transport } from '@mc/core';
import type { ScriptedConnection } from '@mc/testing';
import { tcpTransport } from '@mc/transport-tcp';
import { dialClockMs } from './dial-clock.js';
import { outcome } from './open-client.js';

export const SECOND = 1000;

/** A transport that writes down when each connection was tried, by the dial clock, and how many were at once. */
export function watchedTransport(inner: Transport = tcpTransport()) {
  const dialledMs: number[] = [];
  const dialling = { now: 0, most: 0 };
  const connect = (server: Server, events: LinkEvents): Link => {
    dialledMs.push(dialClockMs());
    dialling.now += 1;
    dialling.most = Math.max(dialling.most, dialling.now);
    let isDone = false;
    const done = () => {
      if (!isDone) dialling.now -= 1;
      isDone = true;
    };
    return inner.connect(server, {
      onOpen: () => {
        done();
        events.onOpen();
      },
      onData: (bytes) => events.onData(bytes),
      onDrain: () => events.onDrain(),
      onClose: (error) => {
        done();
        events.onClose(error);
      },
    });
  };
  return { transport: { connect }, dialledMs, dialling };
}

/** The most of these times that lie within any one second. */
export function mostInASecond(timesMs: readonly number[]): number {
  const within = (start: number) => timesMs.filter((time) => time >= start && time < start + SECOND).length;
  return Math.max(0, ...timesMs.map(within));
}

/** Calls one after the other, with a little time between them, until it is told to stop. */
export async function keepCalling(
  client: MemcachedClient,
  until: { stop: boolean },
  make: (client: MemcachedClient, round: number) => Promise<unknown>,
): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  while (!until.stop) {
    outcomes.push(await outcome(make(client, outcomes.length)));
    await new Promise((resolve) => setTimeout(resolve, 10 + 20 * Math.random()));
  }
  return outcomes;
}

/** A server, or what stands before it, that takes connections and ends each at the first request. */
export async function takeAndDrop(connection: ScriptedConnection): Promise<void> {
  await connection.request();
  connection.end();
}

export const get = (client: MemcachedClient, round: number) => client.get(`key-${round}`);
export const set = (client: MemcachedClient, round: number) => client.set(`key-${round}`, round);
