import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startPeer } from './python-peer.js';

/** A peer that runs this JavaScript instead of Python. */
function script(source: string, timeoutMs = 50_000) {
  return startPeer({ command: [process.execPath, '-e', source], timeoutMs });
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const ECHO = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, op } = JSON.parse(line);
  if (op === 'leave') process.exit(3);
  if (op === 'raise') console.log(JSON.stringify({ id, error: { type: 'NotFound', text: 'no' } }));
  else if (op !== 'hang') console.log(JSON.stringify({ id, result: op }));
});`;

describe('the driver of the other process', () => {
  it('matches answers to requests and hands on what was raised', async () => {
    await using peer = script(ECHO);
    const all = Promise.allSettled(['one', 'raise', 'two'].map((op) => peer.ask(op)));
    expect(await all).toMatchObject([
      { value: 'one' },
      { reason: { name: 'PythonError', type: 'NotFound', message: 'NotFound: no' } },
      { value: 'two' },
    ]);
  });

  it('rejects all that is asked of a process that ends', async () => {
    await using peer = script(ECHO);
    const all = await Promise.allSettled([peer.ask('leave'), peer.ask('more')]);
    const ended = { reason: { message: expect.stringContaining('ended with code 3') } };
    expect(all).toMatchObject([ended, ended]);
    await expect(peer.ask('later')).rejects.toThrow('ended with code 3');
  });

  it('kills a process that does not answer in time', async () => {
    await using peer = script(ECHO, 300);
    await expect(peer.ask('hang')).rejects.toThrow('did not answer hang within 300 ms');
    await peer.stop();
    expect(isAlive(peer.pid)).toBe(false);
  });

  it('ends a process with its input, and one that stays by force', async () => {
    const peers = [script(ECHO), script(`${ECHO} setInterval(() => {}, 1000)`)];
    await Promise.all(peers.map((peer) => peer.ask('ready')));
    expect(peers.map(({ pid }) => isAlive(pid))).toEqual([true, true]);
    await Promise.all(peers.map((peer) => peer.stop()));
    expect(peers.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
  });

  it('rejects where the program cannot be started', async () => {
    await using peer = startPeer({ command: ['/nonexistent/python3'] });
    expect(existsSync('/nonexistent')).toBe(false);
    await expect(peer.ask('versions')).rejects.toThrow('ENOENT');
  });
});
