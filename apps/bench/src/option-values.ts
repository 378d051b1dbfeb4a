/** What options of a command line stand for. */

/** `a,b` as a list; `undefined` where there is no such option. */
export function listOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** The number of rounds. @throws Error */
export function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1.');
  return rounds;
}
