import type { FaultOutcome } from './run-fault.js';
import type { ScalingOutcome } from './run-scaling.js';

/** Calls to a server that is down fail at once: much sooner than any deadline, on a busy machine too. */
const AT_ONCE_MS = 200;
/** How much slower the others' calls may be while a server fails. */
const MOST_SLOWER = 2;

/** What is wrong with the outcome of a fault, its times aside; nothing where all is well. */
export function faultsOf(outcome: FaultOutcome): string[] {
  const { fault, slowestRefusalMs, backAfterMs, allowedMs } = outcome;
  const wrong: string[] = [];
  const expectNone = (what: string, found: readonly string[]): void => {
    if (found.length > 0) wrong.push(`${fault}: ${what}: ${found.join(', ')}`);
  };
  expectNone('calls to the other servers failed', outcome.otherFailures);
  expectNone('servers that were well were marked down', outcome.wronglyDown);
  expectNone('calls failed though the server was well', outcome.failuresWhenWell);
  expectNone(
    'calls to a server marked down failed with something else',
    outcome.refusalCodes.filter((code) => !code.endsWith(' MC_SERVER_DOWN')),
  );
  if (outcome.otherCalls === 0) wrong.push(`${fault}: the other servers were not called`);
  if (outcome.refusals === 0) wrong.push(`${fault}: the server that was down was not called`);
  if (slowestRefusalMs > AT_ONCE_MS) {
    wrong.push(`${fault}: a call to a server marked down took ${Math.round(slowestRefusalMs)} ms`);
  }
  if (!(backAfterMs <= allowedMs)) {
    wrong.push(`${fault}: the server was used again after ${Math.round(backAfterMs)} ms, not ${allowedMs}`);
  }
  return wrong;
}

/** How many times the p99 of the others' calls was that of the control, in the middle one of the runs. */
export function medianSlowdown(outcomes: readonly FaultOutcome[]): number {
  const ratios = outcomes.map(({ controlP99Ms, faultP99Ms }) => faultP99Ms / controlP99Ms);
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? Number.NaN;
}

/** What is wrong with the times of all runs of a fault. */
export function slownessOf(outcomes: readonly FaultOutcome[]): string[] {
  const slowdown = medianSlowdown(outcomes);
  if (slowdown <= MOST_SLOWER) return [];
  return [
    `${outcomes[0]?.fault}: the p99 of the other servers was ${slowdown.toFixed(2)} times the control's`,
  ];
}

/** What is wrong with the outcome of scaling. */
export function scalingFaultsOf({ calls, failures, connections }: ScalingOutcome): string[] {
  const wrong: string[] = [];
  if (failures.length > 0)
    wrong.push(`scaling: ${failures.length} calls failed: ${[...new Set(failures)].join(', ')}`);
  if (calls.some((count) => count === 0)) wrong.push('scaling: no calls were made for a while');
  if (connections.some((count) => count !== 1)) {
    wrong.push(`scaling: the servers that stayed have had ${connections.join(' and ')} connections`);
  }
  return wrong;
}
