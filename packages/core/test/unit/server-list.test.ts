import { describe, expect, it } from 'vitest';
import type { ServerInput } from '../../src/contract.js';
import { ConfigurationError } from '../../src/errors.js';
import { parseServers } from '../../src/server-list.js';

const tcp = (host: string, port = 11211, weight = 1) => ({
  name: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  host,
  port,
  path: undefined,
  weight,
});
const unix = (path: string, weight = 1) => ({ name: path, host: undefined, port: 0, path, weight });

describe('parseServers', () => {
  const good: ReadonlyArray<readonly [input: ServerInput, server: object]> = [
    ['cache1', tcp('cache1')],
    [' cache1:11212 ', tcp('cache1', 11212)],
    ['Cache1.Example:11212:3', tcp('Cache1.Example', 11212, 3)],
    ['10.0.0.1:65535', tcp('10.0.0.1', 65535)],
    ['[::1]', tcp('::1')],
    ['[::1]:11212', tcp('::1', 11212)],
    ['[2001:db8::2]:11212:5', tcp('2001:db8::2', 11212, 5)],
    ['/run/memcached.sock', unix('/run/memcached.sock')],
    ['/run/memcached.sock:2', unix('/run/memcached.sock:2')],
    ['memcached://cache1', tcp('cache1')],
    ['memcached://Cache1:11212?weight=2', tcp('Cache1', 11212, 2)],
    ['memcached://[::1]:11212/', tcp('::1', 11212)],
    ['memcached:///run/m.sock?weight=4', unix('/run/m.sock', 4)],
    [{ host: 'cache1' }, tcp('cache1')],
    [{ host: '::1', port: 1, weight: 2 }, tcp('::1', 1, 2)],
    [{ path: '/m.sock', weight: 2 }, unix('/m.sock', 2)],
  ];
  it.each(good)('%j', (input, server) => {
    expect(parseServers(input)).toEqual([server]);
  });

  it('keeps the order of a list', () => {
    expect(parseServers(['b', 'a:1']).map(({ name }) => name)).toEqual(['b:11211', 'a:1']);
  });

  const bad: readonly unknown[] = [
    [],
    '',
    ' ',
    ':11211',
    'h:',
    'h:x',
    'h:0',
    'h:65536',
    'h:70000',
    'h:1:2:3',
    'h:1:0',
    'h:1:-1',
    'h:1:1.5',
    '::1',
    '[::1',
    '[::1]x',
    'a b',
    'http://cache1',
    'memcacheds://cache1',
    'memcached://user:pass@cache1',
    'memcached://cache1?weight=x',
    'memcached://cache1?timeout=5',
    'memcached://cache1:1:2',
    'memcached://',
    { host: '' },
    { host: 'a', path: '/b' },
    { host: 'a', port: '11211' },
    { host: 'a', weight: 0 },
    { path: '' },
    {},
    null,
    5,
    ['a', 'a'],
    ['a', 'a:11211'],
  ];
  it.each(bad.map((input) => [input]))('refuses %j', (input) => {
    expect(() => parseServers(input as ServerInput)).toThrow(ConfigurationError);
  });
});
