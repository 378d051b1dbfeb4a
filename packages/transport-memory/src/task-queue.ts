/** What of the global object is used, where it is there. */
interface Globals {
  setImmediate?(task: () => void): unknown;
  MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage(message: unknown): void };
  };
  setTimeout(task: () => void, ms: number): unknown;
}

/** Taken when the module is loaded, so that a test's fake timers do not stop deliveries. */
const { setImmediate, MessageChannel, setTimeout } = globalThis as unknown as Globals;

/**
 * Makes a function that runs a task in a later turn of the event loop, in order. A later turn, as with a socket: if
 * replies came within microtasks, a loop of awaited calls would never let a timer fire.
 */
export function taskQueue(): (task: () => void) => void {
  if (setImmediate !== undefined) return (task) => void setImmediate(task);
  if (MessageChannel !== undefined) return channelQueue(new MessageChannel());
  return (task) => void setTimeout(task, 0);
}

/** Browsers have no setImmediate and delay nested timers by milliseconds; a message to oneself is quick. */
function channelQueue({
  port1,
  port2,
}: InstanceType<NonNullable<Globals['MessageChannel']>>): (task: () => void) => void {
  const tasks: (() => void)[] = [];
  port1.onmessage = () => tasks.shift()?.();
  return (task) => {
    tasks.push(task);
    port2.postMessage(0);
  };
}
