import { median, relativeSpread } from '../quantile.js';
import type { Subject } from './subjects.js';

/** What the rounds of a subject came to. */
export interface Timing {
  readonly subject: Subject;
  /** Nanoseconds for doing it once, a round each. */
  readonly rounds: readonly number[];
  readonly nanoseconds: number;
  /** Half the distance between the quartiles as a share of the median. */
  readonly spread: number;
}

const WARM_UP_ROUNDS = 3;

/** Times the subjects in turn, round by round, so that a busy moment of the machine meets all of them. */
export function timeSubjects(subjects: readonly Subject[], rounds: number): Timing[] {
  const times = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const subject of subjects) {
      const start = performance.now();
      subject.run(subject.times);
      const nanoseconds = ((performance.now() - start) * 1e6) / subject.times;
      if (round >= 0) times.get(subject)?.push(nanoseconds);
    }
  }
  return [...times].map(([subject, all]) => ({
    subject,
    rounds: all,
    nanoseconds: median(all),
    spread: relativeSpread(all),
  }));
}
