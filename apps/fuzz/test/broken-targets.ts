/** Targets that have the faults the harness is there to find. */
import type { Target, TargetEntry } from '../src/target.js';

const kept: unknown[] = [];

const READERS: Readonly<Record<string, Target['decode']>> = {
  sound: read,
  errs: (data) => (isWhole(data) ? 'something else' : read(data)),
  refuses: (data) => {
    if (isWhole(data)) throw new Error('not today');
    return read(data);
  },
  'throws text': (data) => {
    if (!isWhole(data)) throw 'text is no error';
    return read(data);
  },
  aliases: (data) => (isWhole(data) ? data : read(data)),
  hangs: (data) => {
    while (!isWhole(data));
    return read(data);
  },
  hoards: (data) => {
    // Few large arrays: many small ones would keep the garbage collector busy for longer than a hang takes.
    kept.push(new Array(500_000).fill(data.length + 0.5));
    return read(data);
  },
  swells: (data) => {
    kept.push(new Uint8Array(1 << 20).fill(1));
    return read(data);
  },
  pollutes: (data) => {
    if (!isWhole(data)) Reflect.set(Object.prototype, 'polluted', true);
    return read(data);
  },
  dies: (data) => {
    if (!isWhole(data)) process.kill(process.pid, 'SIGKILL');
    return read(data);
  },
};

/** Reads the one whole value there is to a copy of it. */
function read(data: Uint8Array): Uint8Array {
  if (!isWhole(data)) throw new Error('broken');
  return Uint8Array.from(data);
}

function isWhole(data: Uint8Array): boolean {
  return data.length === 4 && data.every((byte) => byte === 7);
}

const WHOLE = Uint8Array.of(7, 7, 7, 7);

export const TARGETS: readonly TargetEntry[] = Object.entries(READERS).map(([name, decode]) => ({
  name,
  build: () => ({
    name,
    decode,
    samples: [{ data: WHOLE, flags: 0, value: WHOLE }],
    bases: [],
    tokens: [],
    readsFlags: false,
    ownsInput: false,
    isSame: (value, expected) =>
      value instanceof Uint8Array && Buffer.compare(value, expected as Uint8Array) === 0,
    complaint: () => undefined,
  }),
}));
