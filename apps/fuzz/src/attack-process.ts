/**
 * The process that attacks one target: a thread decodes, and the main thread watches that it comes forward and how much
 * memory the process takes. Told what to do by its first argument; sends messages to the process that started it.
 */
import type { Worker } from 'node:worker_threads';
import { base64Of, type Verdict } from './attack.js';
import type { ThreadData } from './decode-thread.js';
import { InputMaker } from './input-maker.js';
import { HEAP_MIB } from './limits.js';
import type { Failure, FailureKind, Outcome } from './outcome.js';
import { Progress } from './progress.js';
import { type Task, targetOf } from './task.js';
import { startTypescriptThread } from './typescript-thread.js';
import { Watch } from './watch.js';

/** To the parent: how far the attack has come, and at the end what came of it. */
export type Report = { readonly index: number } | { readonly outcome: Outcome };

/** Stands in for the figures of a thread that cannot be asked any more. */
const NOTHING_COUNTED = { valid: 0, accepted: 0, refused: 0, slowestMs: 0 };

await main();

async function main(): Promise<void> {
  const outcome = await run(JSON.parse(process.argv[2] ?? '') as Task);
  process.send?.({ outcome } satisfies Report, () => process.exit());
}

async function run(task: Task): Promise<Outcome> {
  const progress = new Progress();
  const watch = new Watch(progress, (index) => process.send?.({ index } satisfies Report));
  const thread = startThread(task, progress);
  const ended = new AbortController();
  const watched = watch.failure(ended.signal).then((failure) => ({ tally: NOTHING_COUNTED, failure }));
  const { tally, failure } = await Promise.race([verdictOf(thread), watched]);
  const { residentMib: startMib, at } = watch.start;
  const seconds = (performance.now() - at) / 1000;
  ended.abort();
  await thread.terminate();
  return {
    name: task.target,
    tally,
    seconds,
    startMib,
    peakMib: process.resourceUsage().maxRSS / 1024,
    ...(failure === undefined ? {} : { failure: await withInput(failure, task, progress) }),
  };
}

function startThread(task: Task, progress: Progress): Worker {
  const data: ThreadData = { task, progress: progress.memory };
  const limits = { maxOldGenerationSizeMb: HEAP_MIB };
  return startTypescriptThread(new URL('./decode-thread.ts', import.meta.url), data, limits);
}

function verdictOf(thread: Worker): Promise<Verdict> {
  return new Promise((resolve) => {
    const fail = (kind: FailureKind, reason: string): void =>
      resolve({ tally: NOTHING_COUNTED, failure: { kind, reason } });
    thread.once('message', resolve);
    thread.once('error', (error: unknown) => {
      const { code, message } = error as { code?: string; message?: string };
      if (code === 'ERR_WORKER_OUT_OF_MEMORY') fail('memory', `the heap grew over ${HEAP_MIB} MiB`);
      else fail('process died', `the thread ended: ${message ?? String(error)}`);
    });
    thread.once('exit', (code) => fail('process died', `the thread ended with code ${code}`));
  });
}

/** The thread that hung or ran out of memory cannot say what it was given, but the same bytes can be made again. */
async function withInput(failure: Failure, task: Task, progress: Progress): Promise<Failure> {
  const index = failure.index ?? progress.index;
  if (failure.base64 !== undefined || index === undefined) return failure;
  const maker = new InputMaker(await targetOf(task), task.seed);
  maker.seek(index);
  const input = maker.next();
  return { ...failure, index, base64: base64Of(input), flags: input.flags };
}
