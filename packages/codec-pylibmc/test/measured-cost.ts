/** What a function took. */
export interface Cost<T> {
  readonly result: T;
  /** Of the processor, in milliseconds: on a busy machine, the clock runs without us. */
  readonly ms: number;
  /** Memory that was in use afterwards and not before. */
  readonly bytes: number;
}

/** Runs it, and says what it took. */
export function measured<T>(run: () => T): Cost<T> {
  const before = usedBytes();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = run();
  const { user, system } = process.cpuUsage(cpu);
  // Other threads of the process use the processor too.
  const ms = Math.min((user + system) / 1000, performance.now() - start);
  return { result, ms, bytes: usedBytes() - before };
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
