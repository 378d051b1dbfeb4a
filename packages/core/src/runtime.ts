/**
 * The only file that touches globals of the runtime. It tests for each and captures it at import, so that a browser
 * works and that faked timers do not stop a flush.
 */
import type { TextWriter } from '@mc/protocol';
import type { AbortSignalLike } from './contract.js';

/** What a `Buffer` can do that a `Uint8Array` cannot. */
interface BufferLike {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, at: number, length?: number): number;
  utf8Write(this: Uint8Array, text: string, at: number, length?: number): number;
}

interface BufferConstructorLike {
  allocUnsafe(bytes: number): Uint8Array;
  allocUnsafeSlow(bytes: number): Uint8Array;
  byteLength(text: string): number;
  readonly prototype: Partial<BufferLike>;
}

/** A timer that can be stopped. */
export type TimerHandle = object | number;

/** Tells the work that holds its signal that it is no longer wanted. */
export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(reason: unknown): void;
}

interface Globals {
  readonly Error?: { stackTraceLimit?: unknown };
  readonly AbortController: new () => AbortControllerLike;
  readonly Buffer?: BufferConstructorLike;
  readonly process?: { nextTick?(task: () => void): void };
  readonly performance: { now(): number };
  readonly TextEncoder: new () => {
    encodeInto(text: string, target: Uint8Array): unknown;
    encode(text: string): Uint8Array;
  };
  readonly TextDecoder: new (label: string, options: object) => { decode(bytes: Uint8Array): string };
  setTimeout(task: () => void, ms: number): TimerHandle;
  clearTimeout(timer: TimerHandle): void;
  setImmediate?(task: () => void): unknown;
  queueMicrotask(task: () => void): void;
}

const globals = globalThis as unknown as Globals;
const {
  queueMicrotask,
  setImmediate,
  setTimeout: startTimer,
  clearTimeout: stopTimer,
  performance,
} = globals;
const ErrorClass = globals.Error;
const nextTick = globals.process?.nextTick?.bind(globals.process);
const monotonicNow = performance.now.bind(performance);
const BufferClass = hasFastText(globals.Buffer) ? globals.Buffer : undefined;
const { latin1Slice, utf8Slice, latin1Write, utf8Write } = (BufferClass?.prototype ?? {}) as BufferLike;
/** A promise to hang a microtask on: in Node several times cheaper than queueMicrotask. */
const READY: Promise<void> = Promise.resolve();
const encoder = new globals.TextEncoder();
const strictDecoder = new globals.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function hasFastText(candidate: BufferConstructorLike | undefined): candidate is BufferConstructorLike {
  const prototype = candidate?.prototype;
  return (
    typeof prototype?.latin1Slice === 'function' &&
    typeof prototype.utf8Slice === 'function' &&
    typeof prototype.latin1Write === 'function' &&
    typeof prototype.utf8Write === 'function'
  );
}

// ---------------------------------------------------------------- time

/** Milliseconds of a clock that is never set back. */
export const clockMs: () => number = monotonicNow;

/** Wall-clock time in milliseconds since 1970; looked up at each call, so that a test may set it. */
export const wallClockMs: () => number = () => Date.now();

/** Starts a timer that keeps the process alive. */
export const setTimer: (task: () => void, ms: number) => TimerHandle = (task, ms) => startTimer(task, ms);

/** Stops a timer. */
export const clearTimer: (timer: TimerHandle) => void = (timer) => stopTimer(timer);

/** Runs the task as soon as possible, after the current code. */
export const inMicrotask: (task: () => void) => void = (task) => queueMicrotask(task);

/**
 * Runs the task after the promise continuations that are ready now, and before anything else where the runtime
 * has such a point: in Node, a tick queued from a microtask runs when all microtasks have.
 */
export const afterContinuations: (task: () => void) => void =
  nextTick === undefined
    ? (task) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(task)))
    : (task) => void READY.then(() => nextTick(task));

/** Runs the task after one phase of the event loop in which arrived bytes are read. */
export const afterPoll: (task: () => void) => void =
  setImmediate === undefined ? (task) => void startTimer(task, 0) : (task) => void setImmediate(task);

/** Makes a signal and the means to abort it. */
export const abortController: () => AbortControllerLike = () => new globals.AbortController();

// ---------------------------------------------------------------- errors

/**
 * Makes an error without its stack trace, which costs several times the rest, where the runtime lets one do so. For
 * errors that come by the thousand and tell all in their words.
 */
export function withoutStack<E>(make: () => E): E {
  const limit = ErrorClass?.stackTraceLimit;
  // Reflect.set: where the globals are frozen the trace stays, and nothing is thrown.
  if (ErrorClass === undefined || typeof limit !== 'number' || !Reflect.set(ErrorClass, 'stackTraceLimit', 0))
    return make();
  try {
    return make();
  } finally {
    ErrorClass.stackTraceLimit = limit;
  }
}

// ---------------------------------------------------------------- bytes

/** Uninitialised memory of its own: it does not share the runtime's pool. */
export const allocate: (bytes: number) => Uint8Array =
  BufferClass === undefined
    ? (bytes) => new Uint8Array(bytes)
    : (bytes) => BufferClass.allocUnsafeSlow(bytes);

/** A copy of `[start, end)`. */
export const copyBytes: (bytes: Uint8Array, start: number, end: number) => Uint8Array =
  BufferClass === undefined
    ? (bytes, start, end) => bytes.slice(start, end)
    : (bytes, start, end) => {
        const copy = BufferClass.allocUnsafe(end - start);
        copy.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
        return copy;
      };

// ---------------------------------------------------------------- text

/** Length of the text in UTF-8. */
export const utf8Length: (text: string) => number =
  BufferClass === undefined ? (text) => encoder.encode(text).length : (text) => BufferClass.byteLength(text);

/** The text as UTF-8. */
export const encodeUtf8: (text: string) => Uint8Array = (text) => encoder.encode(text);

/** Writes text into bytes. */
export const textWriter: TextWriter =
  BufferClass === undefined
    ? {
        writeAscii: (target, at, text) => void encoder.encodeInto(text, target.subarray(at)),
        writeUtf8: (target, at, text) => void encoder.encodeInto(text, target.subarray(at)),
      }
    : {
        writeAscii: (target, at, text) => void latin1Write.call(target, text, at, text.length),
        writeUtf8: (target, at, text, byteLength) => {
          // As many bytes as characters means ASCII, for which latin1 is the faster writer.
          if (byteLength === text.length) latin1Write.call(target, text, at, byteLength);
          else utf8Write.call(target, text, at, byteLength);
        },
      };

/** Text of `[start, end)`, a character a byte. */
export const latin1Text: (bytes: Uint8Array, start: number, end: number) => string =
  BufferClass === undefined
    ? (bytes, start, end) => {
        let text = '';
        for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
        return text;
      }
    : (bytes, start, end) => latin1Slice.call(bytes, start, end);

/**
 * Text of the UTF-8 bytes `[start, end)`; a BOM is kept.
 *
 * @throws where the bytes are not UTF-8
 */
export const strictUtf8Text: (bytes: Uint8Array, start: number, end: number) => string =
  BufferClass === undefined
    ? (bytes, start, end) => strictDecoder.decode(bytes.subarray(start, end))
    : (bytes, start, end) => {
        const text = utf8Slice.call(bytes, start, end);
        // The fast decoder puts U+FFFD for what it cannot read; only then is the strict one needed to tell.
        return text.includes('\ufffd') ? strictDecoder.decode(bytes.subarray(start, end)) : text;
      };
