import { afterEach, describe, expect, it, vi } from 'vitest';

const { setImmediate: realSetImmediate, MessageChannel: RealMessageChannel } = globalThis;

/** The module takes what the runtime offers when it is loaded, so it is loaded anew for each kind of runtime. */
async function queueWhere(runtime: { setImmediate: unknown; MessageChannel: unknown }) {
  vi.resetModules();
  Object.assign(globalThis, runtime);
  const { taskQueue } = await import('../src/task-queue.js');
  return taskQueue();
}

afterEach(() => {
  Object.assign(globalThis, { setImmediate: realSetImmediate, MessageChannel: RealMessageChannel });
});

describe('taskQueue', () => {
  const channels: InstanceType<typeof RealMessageChannel>[] = [];
  class ClosingChannel extends RealMessageChannel {
    constructor() {
      super();
      channels.push(this);
    }
  }

  it.each([
    ['setImmediate', { setImmediate: realSetImmediate, MessageChannel: undefined }],
    ['a MessageChannel', { setImmediate: undefined, MessageChannel: ClosingChannel }],
    ['timers only', { setImmediate: undefined, MessageChannel: undefined }],
  ])('runs tasks later and in order, with %s', async (_name, runtime) => {
    const later = await queueWhere(runtime);
    const ran: number[] = [];
    const done = new Promise<void>((resolve) => {
      for (let i = 0; i < 3; i += 1) later(() => ran.push(i));
      later(() => {
        later(resolve);
      });
    });
    expect(ran).toEqual([]);
    await Promise.resolve();
    expect(ran).toEqual([]);
    await done;
    expect(ran).toEqual([0, 1, 2]);
    for (const channel of channels) channel.port1.close();
  });
});
