import type { PoolQueue } from './pool-queue.js';
import type { PoolCall } from './stream-format.js';

/**
 * Calls a function of node:zlib when its turn has come.
 *
 * @returns what it makes of the bytes; rejects where their memory was taken away meanwhile
 */
export async function runInPool<Options>(
  queue: PoolQueue,
  call: PoolCall<Options>,
  data: Uint8Array,
  options: Options,
): Promise<Uint8Array> {
  // Memory that shrinks under the thread that reads it would end the process.
  const input = isResizable(data.buffer) ? new Uint8Array(data) : data;
  const { length } = input;
  await queue.enter();
  try {
    if (input.length !== length) throw takenAway();
    const result = await settled(call, input, options);
    if (input.length !== length) throw takenAway();
    return result;
  } finally {
    queue.leave();
  }
}

function settled<Options>(call: PoolCall<Options>, data: Uint8Array, options: Options): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    call(data, options, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

function isResizable(buffer: ArrayBufferLike): boolean {
  return (buffer as { readonly resizable?: boolean }).resizable === true;
}

function takenAway(): Error {
  return new Error('the memory of the bytes was taken away before the call had settled');
}
