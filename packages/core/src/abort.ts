import { InvalidArgumentError } from '@mc/protocol';
import type { AbortSignalLike } from './contract.js';

/** All that wait for one signal, behind one listener. */
interface Waiting {
  readonly tasks: Set<() => void>;
  readonly listener: () => void;
}

/**
 * Who waits for each signal. One listener a signal, however many calls share it: runtimes warn of a leak where more
 * than a few listeners are added to one.
 */
const WAITING: WeakMap<AbortSignalLike, Waiting> = new WeakMap();

/** Calls `task` when the signal is aborted; returns a function that stops this. */
export function onAbort(signal: AbortSignalLike, task: () => void): () => void {
  const waiting = WAITING.get(signal) ?? listenTo(signal);
  waiting.tasks.add(task);
  return () => {
    waiting.tasks.delete(task);
    if (waiting.tasks.size === 0) stopListening(signal, waiting);
  };
}

function listenTo(signal: AbortSignalLike): Waiting {
  const tasks = new Set<() => void>();
  const listener = (): void => {
    stopListening(signal, waiting);
    for (const task of tasks) task();
  };
  const waiting: Waiting = { tasks, listener };
  try {
    signal.addEventListener('abort', listener);
  } catch {
    throw new InvalidArgumentError('signal must be an AbortSignal');
  }
  WAITING.set(signal, waiting);
  return waiting;
}

function stopListening(signal: AbortSignalLike, waiting: Waiting): void {
  if (WAITING.get(signal) === waiting) WAITING.delete(signal);
  try {
    signal.removeEventListener('abort', waiting.listener);
  } catch {
    // A signal that cannot be left must not cost the call that is done with it.
  }
}
