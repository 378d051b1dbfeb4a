import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandName, NEED_MORE, ProtocolError, Reply, ReplyReader } from '../src/index.js';

interface Recorded {
  command: CommandName;
  request: string;
  reply: string;
}

const recorded = (
  JSON.parse(readFileSync(new URL('./vectors/recorded-replies.json', import.meta.url), 'utf8')) as {
    replies: Recorded[];
  }
).replies;

function makeReader(maxValueBytes = 1_000_000): ReplyReader {
  return new ReplyReader({ maxValueBytes, allocate: (bytes) => new Uint8Array(bytes).fill(0xaa) });
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.slice(start, end)).toString('latin1');
}

/** Feeds the pieces and notes every reply; each piece is wiped when the reader says it has taken it over. */
function readAll(reader: ReplyReader, pieces: readonly Uint8Array[]): unknown[] {
  const replies: unknown[] = [];
  for (const piece of pieces) {
    const copy = piece.slice();
    reader.feed(copy);
    for (let kind = reader.next(); kind !== NEED_MORE; kind = reader.next()) {
      if (kind !== Reply.VALUE) {
        replies.push([kind, reader.text]);
        continue;
      }
      const key = textOf(reader.keyBytes, reader.keyStart, reader.keyEnd);
      const data = textOf(reader.data, reader.dataStart, reader.dataEnd);
      replies.push([kind, key, reader.flags, data, reader.hasCas ? reader.cas : undefined]);
    }
    copy.fill(0x58);
  }
  return replies;
}

function splitAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
}

describe('recorded replies of a real server', () => {
  it.each(recorded)('$command: the same for every split ($reply.length bytes)', ({ command, reply }) => {
    const bytes = bytesOf(reply);
    const whole = readAll(makeReader(), [bytes]);
    expect(whole.length).toBeGreaterThan(0);
    const { accepts, continues } = COMMANDS[command];
    for (const [at, [kind]] of (whole as Array<[number]>).entries()) {
      expect(accepts & (1 << kind)).not.toBe(0);
      expect((continues & (1 << kind)) !== 0).toBe(at < whole.length - 1);
    }
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(readAll(makeReader(), splitAt(bytes, [cut]))).toEqual(whole);
    }
    expect(
      readAll(
        makeReader(),
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole);
  });

  it('all of them on one connection, cut at random', () => {
    const bytes = bytesOf(recorded.map(({ reply }) => reply).join(''));
    const whole = readAll(makeReader(), [bytes]);
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (at) => {
        expect(readAll(makeReader(), splitAt(bytes, at))).toEqual(whole);
      }),
      { seed: 11211, numRuns: 300 },
    );
  });

  it('reads values, flags and CAS ids as they are', () => {
    const [reply] = readAll(makeReader(), [
      bytesOf('VALUE k 4294967295 3 18446744073709551615\r\n\r\n!\r\n'),
    ]) as unknown[][];
    expect(reply).toEqual([Reply.VALUE, 'k', 4_294_967_295, '\r\n!', 18_446_744_073_709_551_615n]);
  });
});

describe('what is no reply', () => {
  const broken: ReadonlyArray<readonly [what: string, bytes: string]> = [
    ['an unknown word', 'HELLO\r\n'],
    ['a word with a tail', 'STOREDX\r\n'],
    ['another case', 'stored\r\n'],
    ['an empty line', '\r\n'],
    ['a bare LF', 'STORED\n'],
    ['a negative number', '-1\r\n'],
    ['a number with a tail', '12 \r\n'],
    ['a number over 64 bits', '18446744073709551616\r\n'],
    ['a VALUE without key', 'VALUE  0 1\r\nx\r\n'],
    ['a VALUE with too long a key', `VALUE ${'k'.repeat(251)} 0 1\r\nx\r\n`],
    ['a VALUE without length', 'VALUE k 0\r\n'],
    ['a VALUE with a negative length', 'VALUE k 0 -1\r\n'],
    ['a VALUE with flags over 32 bits', 'VALUE k 4294967296 1\r\nx\r\n'],
    ['a VALUE with a bad CAS id', 'VALUE k 0 1 x\r\nx\r\n'],
    ['a VALUE with one field too many', 'VALUE k 0 1 5 6\r\nx\r\n'],
    ['a value that is longer than announced', 'VALUE k 0 1\r\nxyz\r\n'],
    ['a value that is shorter than announced', 'VALUE k 0 3\r\nx\r\nEND\r\n'],
    ['a length over the limit', 'VALUE k 0 1000001\r\n'],
    ['a line over 8 kB', `STAT x ${'y'.repeat(8200)}\r\n`],
    ['a line over 8 kB that does not end', 'y'.repeat(9000)],
  ];

  it.each(broken)('%s is a ProtocolError in every split', (_what, text) => {
    const bytes = bytesOf(text);
    expect(() => readAll(makeReader(), [bytes])).toThrow(ProtocolError);
    const step = Math.max(1, Math.floor(bytes.length / 100));
    for (let cut = 1; cut < bytes.length; cut += step) {
      expect(() => readAll(makeReader(), splitAt(bytes, [cut]))).toThrow(ProtocolError);
    }
  });

  it('allocates nothing for a length over the limit', () => {
    let allocated = 0;
    const reader = new ReplyReader({
      maxValueBytes: 100,
      allocate: (bytes) => {
        allocated += bytes;
        return new Uint8Array(bytes);
      },
    });
    expect(() => readAll(reader, [bytesOf('VALUE k 0 101\r\n')])).toThrow(ProtocolError);
    expect(allocated).toBe(0);
  });

  it('random bytes give a ProtocolError or need more, and nothing else', () => {
    const soup = fc.array(
      fc.oneof(
        fc.constantFrom(
          'VALUE ',
          'k ',
          '0 ',
          '3',
          '\r\n',
          'END\r\n',
          'abc',
          'STORED\r\n',
          'STAT a b\r\n',
          'ERROR\r\n',
          '17',
        ),
        fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(soup, fc.uint8Array({ maxLength: 30 }), (words, noise) => {
        const pieces = [...words.map((word) => Uint8Array.from(Buffer.from(word))), noise];
        let replies: unknown[] = [];
        try {
          replies = readAll(makeReader(), pieces);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          return;
        }
        const sent = Buffer.concat(pieces).toString('latin1');
        // A value that comes out stood in the bytes, announced with its length and closed by CRLF.
        for (const [kind, , , data] of replies as Array<[number, string, number, string]>) {
          if (kind === Reply.VALUE) expect(sent).toContain(`${data.length}\r\n${data}\r\n`);
        }
      }),
      { seed: 11211, numRuns: 5000 },
    );
  });
});

describe('memory', () => {
  it('a large value in many chunks is copied into one buffer of its length', () => {
    const sizes: number[] = [];
    const reader = new ReplyReader({
      maxValueBytes: 2_000_000,
      allocate: (bytes) => {
        sizes.push(bytes);
        return new Uint8Array(bytes);
      },
    });
    const body = 'v'.repeat(1_048_576);
    const bytes = bytesOf(`VALUE k 0 ${body.length}\r\n${body}\r\nEND\r\n`);
    const cuts = Array.from({ length: 16 }, (_, i) => (i + 1) * 65_536);
    const replies = readAll(reader, splitAt(bytes, cuts)) as unknown[][];
    expect(replies.map(([kind]) => kind)).toEqual([Reply.VALUE, Reply.END]);
    expect(replies[0]?.[3]).toBe(body);
    expect(sizes).toEqual([body.length + 2]);
    expect(reader.dataOwned).toBe(true);
  });

  it('a small value is left in its chunk', () => {
    const reader = makeReader();
    const chunk = bytesOf('VALUE k 0 1\r\nx\r\nEND\r\n');
    reader.feed(chunk);
    expect(reader.next()).toBe(Reply.VALUE);
    expect(reader.data).toBe(chunk);
    expect(reader.dataOwned).toBe(false);
  });

  it('values that are not kept as bytes share one buffer, and none of them shows in another', () => {
    const sizes: number[] = [];
    const reader = new ReplyReader({
      maxValueBytes: 1_000_000,
      keepsBytes: (flags) => flags === 0,
      allocate: (bytes) => {
        sizes.push(bytes);
        return new Uint8Array(bytes);
      },
    });
    const block = (letter: string, flags: number, length: number): Uint8Array =>
      bytesOf(`VALUE k ${flags} ${length}\r\n${letter.repeat(length)}\r\n`);
    const replies = [block('a', 16, 1000), block('b', 16, 700), block('c', 0, 600)].flatMap((bytes) =>
      readAll(reader, splitAt(bytes, [300])),
    ) as unknown[][];
    expect(replies.map((reply) => reply[3])).toEqual(['a'.repeat(1000), 'b'.repeat(700), 'c'.repeat(600)]);
    expect(sizes).toEqual([2004, 602]);
    expect(reader.dataOwned).toBe(true);
  });
});
