import { operationsPerStep, type Workload } from './workload.js';

/** In the mix, every tenth operation is a write. */
const MIX_PERIOD = 10;

/** What is done before the next wait: `keys[i]` is read, or written where `writes[i]` is true. */
export interface Step {
  readonly keys: readonly string[];
  readonly indexes: readonly number[];
  readonly writes: readonly boolean[];
}

/** Keys, values and the steps that walk over all keys in turn; built before timing starts. */
export interface Plan {
  readonly workload: Workload;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly steps: readonly Step[];
}

/** The plan of a workload for one client; `tag` (three ASCII letters) keeps the clients' keys apart. */
export function planOf(workload: Workload, tag: string): Plan {
  const keys = Array.from({ length: workload.keyCount }, (_, index) => keyOf(tag, index));
  const values = keys.map((key) => textOf(key, workload.valueBytes));
  return { workload, keys, values, steps: stepsOf(workload, keys) };
}

/** 13 ASCII bytes. */
function keyOf(tag: string, index: number): string {
  return `${tag}-key-${String(index).padStart(5, '0')}`;
}

/** ASCII that differs by key; one flat string, for a rope would make the first write pay for its flattening. */
function textOf(key: string, bytes: number): string {
  return Buffer.alloc(bytes, `${key}|`, 'latin1').toString('latin1');
}

/** As many steps as it takes until keys and writes fall on the same places again. */
function stepsOf(workload: Workload, keys: readonly string[]): Step[] {
  const perStep = operationsPerStep(workload);
  const period = leastCommonMultiple(keys.length, workload.kind === 'mix' ? MIX_PERIOD : 1);
  const count = leastCommonMultiple(period, perStep) / perStep;
  return Array.from({ length: count }, (_, step) => stepAt(workload, keys, step * perStep, perStep));
}

function stepAt(workload: Workload, keys: readonly string[], from: number, length: number): Step {
  const positions = Array.from({ length }, (_, offset) => from + offset);
  const indexes = positions.map((position) => position % keys.length);
  return {
    indexes,
    keys: indexes.map((index) => keys[index] as string),
    writes: positions.map((position) => isWrite(workload, position)),
  };
}

function isWrite(workload: Workload, position: number): boolean {
  if (workload.kind === 'mix') return position % MIX_PERIOD === MIX_PERIOD - 1;
  return workload.kind === 'set';
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
