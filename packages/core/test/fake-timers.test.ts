import { healthyReply, valueFor } from '@mc/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openClient, outcome, startScripted } from './open-client.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('timers that a test has faked', () => {
  it('stop neither requests nor deadlines', async () => {
    const server = await startScripted(async (connection) => {
      for await (const request of connection.requests()) {
        if (!request.keys.includes('silent')) await connection.reply(healthyReply(request));
      }
    });
    const client = openClient(server.address);
    vi.useFakeTimers();
    expect(await client.get('k')).toBe(valueFor('k'));
    expect(await client.set('k', 1)).toBe(true);
    expect(await outcome(client.get('silent', { timeoutMs: 300 }))).toBe('MC_TIMEOUT');
  });
});
