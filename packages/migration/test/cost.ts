import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds of processor time that the work takes: other processes on the machine do not count. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Bytes of heap and of buffers that the result of the work holds. */
export function memoryOf(work: () => unknown): number {
  const before = usedBytes();
  const result = work();
  const after = usedBytes();
  // Until here the result must not be collected.
  return result === undefined ? 0 : after - before;
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
