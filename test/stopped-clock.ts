import { onTestFinished, vi } from 'vitest';

/** The time since 1970 stands still, until it is set to so many milliseconds after now, and to the end of the test. */
export function stoppedClock(start: number = Date.now()): (ms: number) => void {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(start);
  onTestFinished(() => clock.mockRestore());
  return (ms) => void clock.mockReturnValue(start + ms);
}
