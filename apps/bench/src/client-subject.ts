import type { Driver } from './driver.js';
import type { Plan, Step } from './plan.js';
import type { Subject } from './subject.js';

/** A client library doing the steps of a plan through its public calls. */
export function clientSubject(driver: Driver, plan: Plan): Subject {
  const calls = plan.steps.map((step) => callsOf(plan, step));
  const doStep = plan.workload.atOnce === 1 ? oneCall(driver) : manyCalls(driver);
  const { valueBytes } = plan.workload;
  let next = 0;
  let current = calls[0] as Calls;
  return {
    prepare: () => prepare(driver, plan),
    step: () => {
      current = calls[next] as Calls;
      next = next + 1 === calls.length ? 0 : next + 1;
      return doStep(current);
    },
    isRight: (outcome) => isRight(driver, current, outcome, valueBytes),
    close: () => driver.close(),
  };
}

/** A step as the calls to make: a read where `values[i]` is undefined; `groups` for calls of many keys. */
interface Calls {
  readonly keys: readonly string[];
  readonly values: readonly (string | undefined)[];
  readonly groups: readonly (readonly string[])[];
}

function callsOf(plan: Plan, step: Step): Calls {
  const values = step.indexes.map((index, position) =>
    step.writes[position] ? plan.values[index] : undefined,
  );
  const size = plan.workload.keysPerCall;
  const groups: string[][] = [];
  if (plan.workload.kind === 'multi') {
    for (let at = 0; at < step.keys.length; at += size) groups.push(step.keys.slice(at, at + size));
  }
  return { keys: step.keys, values, groups };
}

function oneCall(driver: Driver): (calls: Calls) => Promise<unknown> {
  return (calls) => {
    const key = calls.keys[0] as string;
    const value = calls.values[0];
    return value === undefined ? driver.get(key) : driver.set(key, value);
  };
}

function manyCalls(driver: Driver): (calls: Calls) => Promise<unknown> {
  return (calls) => {
    const pending: Promise<unknown>[] = [];
    if (calls.groups.length > 0) {
      for (const group of calls.groups)
        pending.push((driver.getMulti as (keys: readonly string[]) => Promise<unknown>)(group));
      return Promise.all(pending);
    }
    const { keys, values } = calls;
    for (let position = 0; position < keys.length; position += 1) {
      const value = values[position];
      const key = keys[position] as string;
      pending.push(value === undefined ? driver.get(key) : driver.set(key, value));
    }
    return Promise.all(pending);
  };
}

/** Looks at the last reply of a step only: the same small cost for every client. */
function isRight(driver: Driver, calls: Calls, outcome: unknown, valueBytes: number): boolean {
  const last = Array.isArray(outcome) && calls.keys.length > 1 ? outcome.at(-1) : outcome;
  const group = calls.groups.at(-1);
  if (group !== undefined)
    return hasLength(driver.textIn?.(last, group.at(-1) as string, group.length - 1), valueBytes);
  return calls.values.at(-1) === undefined
    ? hasLength(driver.textOf(last), valueBytes)
    : driver.isStored(last);
}

function hasLength(text: unknown, length: number): boolean {
  return typeof text === 'string' && text.length === length;
}

/** One call after the other, because some clients fail when their first calls come all at once. */
async function prepare(driver: Driver, plan: Plan): Promise<void> {
  for (let index = 0; index < plan.keys.length; index += 1) {
    const stored = await driver.set(plan.keys[index] as string, plan.values[index] as string);
    if (!driver.isStored(stored)) throw new Error('A value could not be stored.');
  }
  for (let index = 0; index < plan.keys.length; index += 1) {
    const text = driver.textOf(await driver.get(plan.keys[index] as string));
    if (text !== plan.values[index])
      throw new Error('A value did not come back as the string that was stored.');
  }
  if (plan.workload.kind === 'multi') await verifyMulti(driver, plan);
  else await verifyAtOnce(driver, plan);
}

/** The same calls as when timed, with every reply looked at. */
async function verifyAtOnce(driver: Driver, plan: Plan): Promise<void> {
  for (const step of plan.steps) {
    const outcome = await manyCalls(driver)(callsOf(plan, step));
    (outcome as unknown[]).forEach((reply, position) => {
      const expected = plan.values[step.indexes[position] as number];
      const right = step.writes[position] ? driver.isStored(reply) : driver.textOf(reply) === expected;
      if (!right) throw new Error('A reply was wrong when many calls were made at once.');
    });
  }
}

async function verifyMulti(driver: Driver, plan: Plan): Promise<void> {
  const size = plan.workload.keysPerCall;
  for (let at = 0; at < plan.keys.length; at += size) {
    const group = plan.keys.slice(at, at + size);
    const reply = await driver.getMulti?.(group);
    group.forEach((key, index) => {
      if (driver.textIn?.(reply, key, index) !== plan.values[at + index]) {
        throw new Error('A value of many did not come back as the string that was stored.');
      }
    });
  }
}
