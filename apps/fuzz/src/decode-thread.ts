/** The thread that decodes. It is told what to do by its `workerData` and answers once, with a {@link Verdict}. */
import { parentPort, workerData } from 'node:worker_threads';
import { attack } from './attack.js';
import { Progress } from './progress.js';
import { type Task, targetOf } from './task.js';

/** What the thread is given. */
export interface ThreadData {
  readonly task: Task;
  readonly progress: SharedArrayBuffer;
}

// Most of the time would go into stacks that nobody reads.
Error.stackTraceLimit = 0;
const { task, progress } = workerData as ThreadData;
parentPort?.postMessage(await attack(await targetOf(task), task, new Progress(progress)));
