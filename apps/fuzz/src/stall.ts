import { HANG_MS } from './limits.js';
import type { Failure } from './outcome.js';

/** A thread that waits for what never comes uses no processor, so in the end the clock alone decides. */
const MAX_WAIT_MS = 20 * HANG_MS;

/** Finds an input that takes too long. Processor time counts: on a busy machine the clock runs without us. */
export class Stall {
  #index = -1;
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #since: number = performance.now();

  /** To be called every so often with the input that is being decoded. */
  check(index: number): Failure | undefined {
    if (index !== this.#index) {
      this.#index = index;
      this.#cpu = process.cpuUsage();
      this.#since = performance.now();
      return undefined;
    }
    const { user, system } = process.cpuUsage(this.#cpu);
    const elapsedMs = performance.now() - this.#since;
    const isStalled = Math.min((user + system) / 1000, elapsedMs) > HANG_MS || elapsedMs > MAX_WAIT_MS;
    return isStalled ? { kind: 'hang', reason: `one decode took over ${HANG_MS} ms`, index } : undefined;
  }
}
