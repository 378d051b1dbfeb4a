import { isMemcachedError, PartialFailureError } from '@mc/memcached';

/** What to tell somebody whose tour cannot go on, without a stack. */
export function failureLines(error: unknown): string[] {
  if (error instanceof PartialFailureError) {
    return [...error.errors].map(([server, reason]) => `${server}: ${reasonOf(reason)}`);
  }
  return [reasonOf(error)];
}

function reasonOf(error: unknown): string {
  if (!isMemcachedError(error))
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const cause = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : '';
  return `${error.code}: ${error.message}${cause}`;
}
