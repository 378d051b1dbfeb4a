import { NEED_MORE, Reply, ReplyReader } from '@mc/protocol';
import { describe, expect, it } from 'vitest';
import { ReplyLine, ReplyWriter } from '../../src/protocol/index.js';
import { bytesOf, textOf } from './request-text.js';

function drained(writer: ReplyWriter): string[] {
  const chunks: string[] = [];
  writer.drain((chunk) => {
    chunks.push(textOf(chunk));
    return true;
  });
  return chunks;
}

describe('ReplyWriter', () => {
  it('writes each kind of reply', () => {
    const writer = new ReplyWriter();
    expect(writer.hasOutput).toBe(false);
    writer.line(ReplyLine.STORED);
    writer.value('a', 0, bytesOf('x'));
    writer.value('\xc3\xa9', 4294967295, bytesOf(''), 9);
    writer.value('b', 5, bytesOf('\r\n'), 9007199254740991);
    writer.config('cluster', bytesOf('1\na||2\n'));
    writer.line(ReplyLine.END);
    writer.stat('version', '1.6.18');
    writer.stat('threads', 1);
    expect(writer.hasOutput).toBe(true);
    expect(drained(writer)).toEqual([
      'STORED\r\nVALUE a 0 1\r\nx\r\nVALUE \xc3\xa9 4294967295 0 9\r\n\r\n' +
        'VALUE b 5 2 9007199254740991\r\n\r\n\r\nCONFIG cluster 0 7\r\n1\na||2\n\r\nEND\r\nSTAT version 1.6.18\r\nSTAT threads 1\r\n',
    ]);
    expect(writer.hasOutput).toBe(false);
    expect(drained(writer)).toEqual([]);
  });

  it('splits what is long into chunks of at most 64 kB, wherever their ends fall', () => {
    const reader = new ReplyReader({ maxValueBytes: 1_000_000, allocate: (bytes) => new Uint8Array(bytes) });
    const writer = new ReplyWriter();
    for (let length = 65_000; length < 66_000; length += 7) {
      const body = new Uint8Array(length).map((_, index) => index * 31 + length);
      writer.value('key', 1, body, length);
      writer.value('next', 2, bytesOf('y'));
      let values = 0;
      writer.drain((chunk) => {
        expect(chunk.length).toBeLessThanOrEqual(65_536);
        reader.feed(chunk);
        for (let kind = reader.next(); kind !== NEED_MORE; kind = reader.next()) {
          expect(kind).toBe(Reply.VALUE);
          values += 1;
          const read = reader.data.subarray(reader.dataStart, reader.dataEnd);
          if (values === 1) expect(Buffer.compare(read, body)).toBe(0);
          else expect(textOf(read)).toBe('y');
        }
        return true;
      });
      expect(values).toBe(2);
    }
  });

  it('copies bodies, so that they may change afterwards', () => {
    const writer = new ReplyWriter();
    const body = bytesOf('before');
    writer.value('a', 0, body);
    body.fill(0x21);
    expect(drained(writer)).toEqual(['VALUE a 0 6\r\nbefore\r\n']);
  });

  it('keeps what is written during a drain for the next one', () => {
    const writer = new ReplyWriter();
    const seen: string[] = [];
    writer.line('first');
    writer.drain((chunk) => {
      writer.line('second');
      seen.push(textOf(chunk));
      return true;
    });
    expect(seen).toEqual(['first\r\n']);
    expect(drained(writer)).toEqual(['second\r\n']);
  });

  it('drops the rest where it is not wanted, and tells what it delivered', () => {
    const writer = new ReplyWriter();
    writer.value('a', 0, new Uint8Array(200_000));
    expect(writer.drain(() => false)).toBe(65_536);
    expect(writer.hasOutput).toBe(false);
    writer.line('next');
    expect(writer.drain(() => true)).toBe(6);
  });
});
