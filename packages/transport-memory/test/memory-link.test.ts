import type { Link, LinkEvents } from '@mc/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryTransport } from '../src/index.js';
import { serverNamed } from './wire.js';

const SERVER = serverNamed('one:1');

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Events in the order they came, data as text. */
class Recorder implements LinkEvents {
  readonly seen: string[] = [];
  readonly closed: Promise<void>;
  readonly opened: Promise<void>;
  error: Error | undefined;
  dataHandler: (text: string) => void = () => {};
  openHandler: () => void = () => {};
  #open = () => {};
  #close = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  onOpen(): void {
    this.seen.push('open');
    this.openHandler();
    this.#open();
  }

  onData(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.seen.push(text);
    this.dataHandler(text);
  }

  onDrain(): void {
    this.seen.push('drain');
  }

  onClose(error?: Error): void {
    this.seen.push('close');
    this.error = error;
    this.#close();
  }
}

function connected(transport = memoryTransport()): [Link, Recorder] {
  const recorder = new Recorder();
  return [transport.connect(SERVER, recorder), recorder];
}

/** A few turns of the event loop, in which any further event would come. */
async function someTurns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a link to an embedded server', () => {
  it('fires nothing within connect and write, and nothing before the next turn', async () => {
    const [link, { seen, closed }] = connected();
    expect(link.write(bytesOf('version\r\n'))).toBe(true);
    expect(seen).toEqual([]);
    await Promise.resolve();
    expect(seen).toEqual([]);
    link.close();
    expect(seen).toEqual([]);
    await closed;
    expect(seen).toEqual(['open', 'VERSION 1.6.18\r\n', 'close']);
  });

  it('takes the bytes of a write before it returns', async () => {
    const [link, recorder] = connected();
    for (const piece of ['set k 0 0 ', '5\r\nhe', 'llo', '\r\nget k\r\n']) {
      const bytes = bytesOf(piece);
      expect(link.write(bytes)).toBe(true);
      bytes.fill(0x21);
    }
    link.close();
    await recorder.closed;
    expect(recorder.seen).toEqual(['open', 'STORED\r\nVALUE k 0 5\r\nhello\r\nEND\r\n', 'close']);
  });

  it('answers what a handler writes in a later turn, in order', async () => {
    const [link, recorder] = connected();
    recorder.openHandler = () => {
      link.write(bytesOf('set k 0 0 1\r\n1\r\n'));
      expect(recorder.seen).toEqual(['open']);
    };
    recorder.dataHandler = (text) => {
      const before = [...recorder.seen];
      if (text === 'STORED\r\n') link.write(bytesOf('incr k 1\r\nincr k 1\r\n'));
      else link.close();
      expect(recorder.seen).toEqual(before);
    };
    await recorder.closed;
    expect(recorder.seen).toEqual(['open', 'STORED\r\n', '2\r\n3\r\n', 'close']);
  });

  it('delivers a large reply in chunks of at most 64 kB, whole and in order', async () => {
    const [link, recorder] = connected();
    const body = Array.from({ length: 300_000 }, (_, index) => String.fromCharCode(index % 251)).join('');
    link.write(bytesOf(`set k 0 0 ${body.length}\r\n${body}\r\nget k k\r\nversion\r\n`));
    link.close();
    await recorder.closed;
    const chunks = recorder.seen.slice(1, -1);
    expect(chunks.length).toBeGreaterThan(9);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(65_536);
    const value = `VALUE k 0 300000\r\n${body}\r\n`;
    expect(chunks.join('') === `STORED\r\n${value}${value}END\r\nVERSION 1.6.18\r\n`).toBe(true);
  });

  it('closes after quit and says no error', async () => {
    const [link, recorder] = connected();
    link.write(bytesOf('version\r\nquit\r\nversion\r\n'));
    link.write(bytesOf('version\r\n'));
    await recorder.closed;
    expect(recorder.seen).toEqual(['open', 'VERSION 1.6.18\r\n', 'close']);
    expect(recorder.error).toBeUndefined();
    link.write(bytesOf('version\r\n'));
    link.close();
    link.destroy();
    await someTurns();
    expect(recorder.seen).toHaveLength(3);
  });

  it('drops what was not delivered when it is destroyed, and passes the error on', async () => {
    const [link, recorder] = connected();
    await recorder.opened;
    link.write(bytesOf('set k 0 0 1\r\nx\r\n'));
    const error = new Error('enough');
    link.destroy(error);
    link.destroy(new Error('again'));
    link.close();
    expect(recorder.seen).toEqual(['open']);
    await recorder.closed;
    await someTurns();
    expect(recorder.seen).toEqual(['open', 'close']);
    expect(recorder.error).toBe(error);
  });

  it('delivers nothing more once a handler has destroyed it', async () => {
    const [link, recorder] = connected();
    recorder.dataHandler = () => link.destroy();
    link.write(bytesOf(`set k 0 0 200000\r\n${'x'.repeat(200_000)}\r\nget k\r\n`));
    await recorder.closed;
    await someTurns();
    expect(recorder.seen).toHaveLength(3);
    expect(recorder.seen[0]).toBe('open');
    expect(recorder.seen[2]).toBe('close');
  });

  it('never opens where it is destroyed at once', async () => {
    const [link, recorder] = connected();
    link.destroy();
    await recorder.closed;
    await someTurns();
    expect(recorder.seen).toEqual(['close']);
  });

  it('lets timers fire between calls, however busy', async () => {
    const [link, recorder] = connected();
    const mostReplies = 1_000_000;
    let replies = 0;
    let fired = false;
    recorder.dataHandler = () => {
      recorder.seen.length = 0;
      replies += 1;
      // Only a timer that is set while the link is busy shows that it gets its turn.
      if (replies === 3) {
        setTimeout(() => {
          fired = true;
        }, 1);
      }
      if (fired || replies === mostReplies) link.close();
      else link.write(bytesOf('version\r\n'));
    };
    link.write(bytesOf('version\r\n'));
    await recorder.closed;
    expect(fired).toBe(true);
    expect(replies).toBeGreaterThan(3);
  });

  it('delivers under fake timers', async () => {
    vi.useFakeTimers();
    const [link, recorder] = connected();
    link.write(bytesOf('version\r\n'));
    link.close();
    await recorder.closed;
    expect(recorder.seen).toContain('VERSION 1.6.18\r\n');
  });
});
