import { scriptedServer } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/run-program.js';
import { startDns } from './dns-server.js';

/** A process that lasts longer is killed. Less than the looks below would last, and enough for a busy machine. */
const AT_ONCE_MS = 8000;
const LIMIT_MS = 60_000;
const POLL = { timeout: 20_000 };

/** A program that closes its client while the first look goes on, or between two looks. */
function program(servers: string, calls: string): string {
  return `
    import { createClient } from '@mc/core';
    import { clusterDiscovery, dnsDiscovery } from '@mc/discovery';
    import { memoryTransport } from '@mc/transport-memory';
    import { tcpTransport } from '@mc/transport-tcp';
    const client = createClient({ servers: ${servers}, transport: memoryTransport() });
    client.on('discoveryFailed', ({ error }) => console.log(error));
    ${calls}
    console.log('closing');
    await client.close();`;
}

/** Turns of the event loop, not a time: in each of them what has come is read, on a busy machine too. */
const DURING =
  'for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));';
const BETWEEN = "console.log(await client.get('k', { timeoutMs: 20_000 }));";

describe('a process whose client is closed', () => {
  it('ends at once during a look in DNS that nobody answers', { timeout: LIMIT_MS }, async () => {
    const dns = await startDns(() => 'silence');
    const servers = `dnsDiscovery('cache.example.com', { nameServers: ['${dns.address}'], timeoutMs: 10_000 })`;
    const end = await runProgram(program(servers, DURING), AT_ONCE_MS);
    expect(end).toStrictEqual({ code: 0, output: 'closing\n' });
    await expect.poll(() => dns.questions.length, POLL).toBeGreaterThan(0);
  });

  it('ends at once while the endpoint of a cluster is silent', { timeout: LIMIT_MS }, async () => {
    await using endpoint = await scriptedServer(() => {}, { allowHalfOpen: true });
    const servers = `clusterDiscovery('${endpoint.name}', { transport: tcpTransport(), timeoutMs: 10_000 })`;
    const end = await runProgram(program(servers, DURING), AT_ONCE_MS);
    expect(end).toStrictEqual({ code: 0, output: 'closing\n' });
    await expect.poll(() => endpoint.received, POLL).toBe('config get cluster\r\n');
  });

  it('ends at once between two looks', { timeout: LIMIT_MS }, async () => {
    await using endpoint = await scriptedServer(async (connection) => {
      await connection.request();
      await connection.reply('CONFIG cluster 0 10\r\n1\none||11\n\r\nEND\r\n');
    });
    const servers = `clusterDiscovery('${endpoint.name}', { transport: tcpTransport() })`;
    const end = await runProgram(program(servers, BETWEEN), AT_ONCE_MS);
    expect(end).toStrictEqual({ code: 0, output: 'undefined\nclosing\n' });
  });
});
