import { NEED_MORE } from '@mc/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyLine, RequestReader } from '../../src/protocol/index.js';
import { bytesOf, readRequests } from './request-text.js';

const SEED = Number(process.env.MC_SEED ?? 20_260_101);

const EVERY_COMMAND = [
  ...[
    'get a b c\r\n',
    'gets a\r\n',
    'gat 10 a b\r\n',
    'gats 0 a\r\n',
    'set a 1 2 5\r\nhello\r\n',
    'add a 0 0 0\r\n\r\n',
  ],
  ...[
    'replace a 0 0 2\r\n\r\n\r\n',
    'append a 0 0 1\r\nx\r\n',
    'prepend a 0 0 1 noreply\r\nx\r\n',
    'cas a 0 0 1 7\r\nx\r\n',
  ],
  ...[
    'incr a 1\r\n',
    'decr a 2 noreply\r\n',
    'delete a\r\n',
    'touch a 5\r\n',
    'flush_all 3\r\n',
    'stats items\r\n',
  ],
  ...['version\r\n', 'verbosity 1\r\n', 'nonsense\r\n', '\r\n', 'set a 0 0 1\r\nwrong\r\n', 'quit\r\n'],
];

describe('RequestReader', () => {
  it('gives the same requests wherever the bytes are split in two', () => {
    const stream = EVERY_COMMAND.join('');
    const whole = readRequests([stream]);
    expect(whole).toHaveLength(23);
    for (let at = 1; at < stream.length; at += 1) {
      expect(readRequests([stream.slice(0, at), stream.slice(at)])).toEqual(whole);
    }
    expect(readRequests([...stream])).toEqual(whole);
  });

  it('reads any bytes in any split to the same requests, without an error', { timeout: 60_000 }, () => {
    console.log(`seed ${SEED}`);
    const words = fc.constantFrom(
      'get',
      'set',
      'cas',
      'a',
      '0',
      '1',
      '5',
      ' ',
      ' ',
      '\r\n',
      '\r\n',
      '\n',
      '\0',
      'noreply',
      '-1',
    );
    const noise = fc.array(fc.oneof(words, words, words, fc.string({ unit: 'binary', maxLength: 3 })), {
      maxLength: 60,
    });
    const property = fc.property(noise, fc.array(fc.nat({ max: 200 })), (parts, cuts) => {
      const text = parts.join('').replace(/[^\0-\xff]/g, '?');
      const pieces = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b)].map(
        (start, index, all) => text.slice(start, all[index + 1]),
      );
      expect(readRequests(pieces)).toEqual(readRequests([text]));
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it('asks before it takes a body, and drops the body of a refused request', () => {
    const asked: [string, number][] = [];
    const stream = 'set a 0 0 20\r\nget q\r\nversion\r\nxxxx\r\nset b 0 0 1\r\ny\r\n';
    for (const pieces of [[stream], [...stream]]) {
      const requests = readRequests(pieces, ({ key, bodyLength, body }) => {
        asked.push([key, bodyLength]);
        expect(body).toHaveLength(0);
        return key === 'a' ? ReplyLine.TOO_LARGE : undefined;
      });
      expect(requests).toMatchObject([
        { verb: 'refused', line: ReplyLine.TOO_LARGE },
        { verb: 'set', key: 'b', body: 'y' },
      ]);
    }
    expect(asked).toEqual([
      ['a', 20],
      ['b', 1],
      ['a', 20],
      ['b', 1],
    ]);
  });

  it('says nothing of a refused request that asked for no reply', () => {
    const requests = readRequests(['set a 0 0 3 noreply\r\nabc\r\nversion\r\n'], () => ReplyLine.TOO_LARGE);
    expect(requests).toEqual([{ verb: 'version' }]);
  });

  it('allocates nothing for a body that was refused, however long', () => {
    expect(readRequests(['set a 0 0 2147483645\r\n', 'x'.repeat(1000)], () => ReplyLine.TOO_LARGE)).toEqual([
      { verb: 'refused', line: ReplyLine.TOO_LARGE },
    ]);
  });

  it('makes a body that came in pieces a buffer of its own, and lends one that came whole', () => {
    const reader = new RequestReader({ admit: () => undefined });
    reader.feed(bytesOf('set a 0 0 3\r\nabc\r\nset b 0 0 3\r\nde'));
    expect(reader.next()).toMatchObject({ key: 'a', bodyOwned: false });
    expect(reader.next()).toBe(NEED_MORE);
    reader.feed(bytesOf('f\r\n'));
    expect(reader.next()).toMatchObject({ key: 'b', bodyOwned: true, body: bytesOf('def') });
    expect(reader.next()).toBe(NEED_MORE);
  });

  it('gives nothing after quit', () => {
    const reader = new RequestReader({ admit: () => undefined });
    reader.feed(bytesOf('quit\r\nversion\r\n'));
    expect(reader.next()).toEqual({ verb: 'quit' });
    expect(reader.next()).toBe(NEED_MORE);
    reader.feed(bytesOf('version\r\n'));
    expect(reader.next()).toBe(NEED_MORE);
  });
});

describe('long lines', () => {
  const keys = (count: number) => 'k '.repeat(count);
  const HUNG_UP = [{ verb: 'quit' }];

  it('takes a get of any length, in pieces too', () => {
    for (const verb of ['get', 'gets']) {
      const pieces = [`${verb} ${keys(7000)}`, keys(7000), '\r\nversion\r\n'];
      const requests = readRequests(pieces);
      expect(requests).toMatchObject([{ verb, keys: { length: 14_000 } }, { verb: 'version' }]);
      expect(readRequests([pieces.join('')])).toEqual(requests);
    }
  });

  it('overlooks 100 spaces before a long get, not 101', () => {
    expect(readRequests([`${' '.repeat(100)}get ${keys(1100)}`, '\r\n'])).toMatchObject([{ verb: 'get' }]);
    expect(readRequests([`${' '.repeat(101)}get ${keys(1100)}`, '\r\n'])).toEqual(HUNG_UP);
  });

  it('hangs up on any other line of more than 2,048 bytes whose end has not come', () => {
    expect(readRequests([`gat 0 ${keys(1000)}`, '\r\n'])).toMatchObject([{ verb: 'gat' }]);
    expect(readRequests([`gat 0 ${keys(1050)}`, '\r\n'])).toEqual(HUNG_UP);
    expect(readRequests(['x'.repeat(2048), '\r\n'])).toEqual([{ verb: 'refused', line: 'ERROR' }]);
    expect(readRequests(['x'.repeat(2049), '\r\n'])).toEqual(HUNG_UP);
  });

  it('hangs up on any other line of more than 16,384 bytes, its end included', () => {
    expect(readRequests([`gat 0 ${keys(8188)}\r\n`])).toMatchObject([
      { verb: 'gat', keys: { length: 8188 } },
    ]);
    expect(readRequests([`gat 0 ${keys(8188)}q\r\n`])).toEqual(HUNG_UP);
  });
});
