import type { Plan, Step } from '../plan.js';

/** How a step's reads are written: a line each, or neighbours together on one line. */
export type LineStyle = 'line-each' | 'merged-lines';

/** The prebuilt bytes of one step for one server, and what must come back. */
export interface Exchange {
  readonly server: number;
  readonly request: Buffer;
  readonly replyBytes: number;
  /** The exact reply, for the check before timing. */
  reply(): string;
}

const STORED = 'STORED\r\n';
const END = 'END\r\n';

/** The bytes of a step; keys are spread over the servers in turn. */
export function exchangesOf(plan: Plan, step: Step, style: LineStyle): Exchange[] {
  const exchanges: Exchange[] = [];
  for (let server = 0; server < plan.workload.servers; server += 1) {
    const mine = step.indexes
      .map((_, position) => position)
      .filter((position) => {
        return (step.indexes[position] as number) % plan.workload.servers === server;
      });
    exchanges.push(exchangeOf(plan, step, mine, server, style));
  }
  return exchanges;
}

/** The write that stores one value before timing. */
export function storeOf(plan: Plan, index: number): Exchange {
  const server = index % plan.workload.servers;
  return {
    server,
    request: Buffer.from(setLine(plan, index), 'latin1'),
    replyBytes: STORED.length,
    reply: () => STORED,
  };
}

function exchangeOf(
  plan: Plan,
  step: Step,
  mine: readonly number[],
  server: number,
  style: LineStyle,
): Exchange {
  const lines = linesOf(plan, step, mine, style);
  const request = Buffer.from(lines.map((line) => requestLine(plan, line)).join(''), 'latin1');
  const reply = (): string => lines.map((line) => replyLine(plan, line)).join('');
  return { server, request, replyBytes: reply().length, reply };
}

/** One line of the protocol: a write of one key, or a read of one or more. */
interface Line {
  readonly write: boolean;
  readonly indexes: number[];
}

function linesOf(plan: Plan, step: Step, mine: readonly number[], style: LineStyle): Line[] {
  const lines: Line[] = [];
  mine.forEach((position, nth) => {
    const index = step.indexes[position] as number;
    const write = step.writes[position] === true;
    const last = lines.at(-1);
    const joins = !write && last !== undefined && !last.write && joinsLine(plan, style, nth);
    if (joins) last.indexes.push(index);
    else lines.push({ write, indexes: [index] });
  });
  return lines;
}

/** Whether the `nth` read of a step stands on the same line as the read before it. */
function joinsLine(plan: Plan, style: LineStyle, nth: number): boolean {
  if (plan.workload.kind === 'multi') return nth % plan.workload.keysPerCall !== 0;
  return style === 'merged-lines';
}

function requestLine(plan: Plan, line: Line): string {
  if (line.write) return setLine(plan, line.indexes[0] as number);
  return `get ${line.indexes.map((index) => plan.keys[index]).join(' ')}\r\n`;
}

function replyLine(plan: Plan, line: Line): string {
  if (line.write) return STORED;
  const values = line.indexes.map(
    (index) => `VALUE ${plan.keys[index]} 0 ${plan.workload.valueBytes}\r\n${plan.values[index]}\r\n`,
  );
  return values.join('') + END;
}

function setLine(plan: Plan, index: number): string {
  return `set ${plan.keys[index]} 0 0 ${plan.workload.valueBytes}\r\n${plan.values[index]}\r\n`;
}
