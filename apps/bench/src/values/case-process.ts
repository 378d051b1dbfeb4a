/** The program of the process that measures one contestant with one payload. Answers its parent with one message. */
import { contestantOf } from './contestants.js';
import { payloadOf } from './payload.js';
import { type CaseFigures, measureContestant, type ValuesPace } from './timing.js';

/** What the process is given, as JSON in its first argument. */
export interface CaseOrder {
  readonly contestant: string;
  readonly payload: string;
  readonly pace: ValuesPace;
}

/** What it answers. Without figures, the payload is not for the contestant. */
export type CaseAnswer = { readonly figures?: CaseFigures } | { readonly failed: string };

process.send?.(await answer(), () => process.exit());

async function answer(): Promise<CaseAnswer> {
  try {
    const { contestant, payload, pace } = JSON.parse(process.argv[2] ?? '') as CaseOrder;
    const figures = await measureContestant(contestantOf(contestant), payloadOf(payload).value, pace);
    return figures === undefined ? {} : { figures };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
