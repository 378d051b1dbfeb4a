import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { readClusterList } from '../src/cluster-list.js';
import {
  type ClusterForm,
  type ClusterReply,
  ClusterReplyReader,
  MAX_LIST_BYTES,
} from '../src/cluster-reply.js';

const LIST = '12\none.example.com|10.0.0.1|11211 two.example.com||11212\n';
const PROTOCOL = expect.objectContaining({ code: 'MC_PROTOCOL' });

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function configReply(list: string): string {
  return `CONFIG cluster 0 ${list.length}\r\n${list}\r\nEND\r\n`;
}

/** Reads the pieces; the bytes of each are spoiled once they were read. */
function read(form: ClusterForm, pieces: readonly string[]): ClusterReply | undefined {
  const reader = new ClusterReplyReader(form);
  const replies = pieces.map((piece) => {
    const bytes = bytesOf(piece);
    const reply = reader.read(bytes);
    bytes.fill(0x21);
    return reply;
  });
  expect(replies.slice(0, -1).every((reply) => reply === undefined)).toBe(true);
  return replies.at(-1);
}

const REPLIES: readonly (readonly [form: ClusterForm, text: string, reply: ClusterReply])[] = [
  ['config', configReply(LIST), { kind: 'list', payload: LIST }],
  ['config', configReply(''), { kind: 'list', payload: '' }],
  ['config', configReply('\r\nEND\r\n'), { kind: 'list', payload: '\r\nEND\r\n' }],
  [
    'key',
    `VALUE AmazonElastiCache:cluster 0 ${LIST.length}\r\n${LIST}\r\nEND\r\n`,
    { kind: 'list', payload: LIST },
  ],
  ['key', 'END\r\n', { kind: 'none' }],
  ['config', 'END\r\n', { kind: 'none' }],
  ['config', 'ERROR\r\n', { kind: 'unknown' }],
  ['config', 'SERVER_ERROR out of memory\r\n', { kind: 'refused', word: 'SERVER_ERROR' }],
  ['config', 'CLIENT_ERROR unauthenticated\r\n', { kind: 'refused', word: 'CLIENT_ERROR' }],
  ['config', 'ERROR Too many open connections\r\n', { kind: 'refused', word: 'ERROR' }],
];

describe('the reply to the question for the list', () => {
  it.each(REPLIES)('%s: %j, cut anywhere', (form, text, reply) => {
    expect(read(form, [text])).toStrictEqual(reply);
    for (let at = 1; at < text.length; at += 1) {
      expect(read(form, [text.slice(0, at), text.slice(at)])).toStrictEqual(reply);
    }
    expect(read(form, [...text])).toStrictEqual(reply);
  });

  it.each<[ClusterForm, string]>([
    ['config', '\r\n'],
    ['config', '\n'],
    ['config', 'STORED\r\n'],
    ['config', 'END\n'],
    ['config', 'error\r\n'],
    ['config', 'HTTP/1.1 400 Bad Request\r\n'],
    ['config', 'VALUE AmazonElastiCache:cluster 0 1\r\n'],
    ['key', 'CONFIG cluster 0 1\r\n'],
    ['key', 'VALUE AmazonElastiCache 0 1\r\n'],
    ['config', 'CONFIG cluster 0\r\n'],
    ['config', 'CONFIG cluster 0 -1\r\n'],
    ['config', 'CONFIG cluster 0 1e3\r\n'],
    ['config', 'CONFIG cluster 0 1 1\r\n'],
    ['config', 'CONFIG  cluster 0 1\r\n'],
    ['config', 'CONFIG other 0 1\r\n'],
    ['config', `CONFIG cluster 0 ${MAX_LIST_BYTES + 1}\r\n`],
    ['config', 'CONFIG cluster 0 99999999999999999999\r\n'],
    ['config', 'x'.repeat(2049)],
    ['config', `CLIENT_ERROR ${'x'.repeat(5000)}\r\n`],
    ['config', `${configReply(LIST)}END\r\n`],
    ['config', 'END\r\nEND\r\n'],
    ['config', 'ERROR\r\nERROR\r\n'],
    ['config', 'CONFIG cluster 0 3\r\n12\n1\r\nEND\r\n'],
    ['config', 'CONFIG cluster 0 3\r\n12\n\r\nVND\r\n'],
    ['config', 'CONFIG cluster 0 3\r\n12\n\n\nEND\r\n'],
  ])('%s: %j breaks the protocol, cut anywhere', (form, text) => {
    expect(() => read(form, [text])).toThrowError(PROTOCOL);
    expect(() => read(form, [...text])).toThrowError(PROTOCOL);
  });

  it('is read to the largest list, and no memory is taken for a larger one', () => {
    const list = 'x'.repeat(MAX_LIST_BYTES);
    expect(read('config', [configReply(list)])).toStrictEqual({ kind: 'list', payload: list });
    const pieces = Array.from({ length: 17 }, (_, at) =>
      configReply(list).slice(at * 65_536, (at + 1) * 65_536),
    );
    expect(read('config', pieces)).toStrictEqual({ kind: 'list', payload: list });
  });

  it('of random bytes is a typed error or nothing', () => {
    const random = randomFrom(testSeed());
    console.log(`seed ${random.seed}`);
    const texts = REPLIES.map(([, text]) => text);
    for (let run = 0; run < 3000; run += 1) {
      const characters = [...random.pick(texts)];
      for (let change = random.integer(4); change >= 0; change -= 1) {
        characters[random.integer(characters.length)] = String.fromCharCode(random.integer(256));
      }
      const reader = new ClusterReplyReader(random.pick(['config', 'key']));
      try {
        const reply = reader.read(bytesOf(characters.join('')));
        if (reply?.kind === 'list') readClusterList(reply.payload, random.chance(0.5), 'one:1');
      } catch (error) {
        expect(error).toEqual(PROTOCOL);
      }
    }
  });
});

describe('the list of a cluster', () => {
  const read12 = (nodes: string, useIp = false) => readClusterList(`12\n${nodes}\n`, useIp, 'one:1').servers;

  it('has a version and servers, in its order', () => {
    expect(readClusterList(LIST, false, 'one:1')).toStrictEqual({
      version: 12n,
      servers: [
        { host: 'one.example.com', port: 11211 },
        { host: 'two.example.com', port: 11212 },
      ],
    });
    expect(readClusterList('18446744073709551615\nb||1 a||2', false, 'one:1')).toStrictEqual({
      version: 18_446_744_073_709_551_615n,
      servers: [
        { host: 'b', port: 1 },
        { host: 'a', port: 2 },
      ],
    });
  });

  it('is taken by address where that is wanted and known', () => {
    expect(read12('one|10.0.0.1|1 two||2', true)).toStrictEqual([
      { host: '10.0.0.1', port: 1 },
      { host: 'two', port: 2 },
    ]);
    expect(read12('|10.0.0.1|1 10.0.0.2|10.0.0.2|1')).toStrictEqual([
      { host: '10.0.0.1', port: 1 },
      { host: '10.0.0.2', port: 1 },
    ]);
    expect(read12('one|2001:db8::1|1', true)).toStrictEqual([{ host: '2001:db8::1', port: 1 }]);
  });

  it('has at most 4,096 servers', () => {
    const nodes = (count: number) => Array.from({ length: count }, (_, at) => `s${at}||1`).join(' ');
    expect(read12(nodes(4096)).length).toBe(4096);
    expect(() => read12(nodes(4097))).toThrowError(PROTOCOL);
  });

  it.each([
    '',
    '\n',
    'one||1',
    'one||1\n12\n',
    '12',
    '12\n',
    '12\n\n',
    '12\n \n',
    '-1\none||1\n',
    '1.5\none||1\n',
    ' 12\none||1\n',
    '12\r\none||1\r\n',
    '999999999999999999999\none||1\n',
    '12\none\n',
    '12\none|1\n',
    '12\none||1|x\n',
    '12\n||1\n',
    '12\none||\n',
    '12\none||0\n',
    '12\none||65536\n',
    '12\none||-1\n',
    '12\none||0x10\n',
    '12\none|host|1\n',
    '12\no/ne||1\n',
    '12\none:1||1\n',
    '12\none\0||1\n',
    '12\n\xe9||1\n',
    '12\none||1,two||1\n',
    '12\none||1\ntwo||1\n',
  ])('is refused: %j', (payload) => {
    expect(() => readClusterList(payload, false, 'one:1')).toThrowError(PROTOCOL);
  });
});
