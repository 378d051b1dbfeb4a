/**
 * Writes docs/errors.md from the table of error codes; with `--check` only says whether the file is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type ConnectionOutcome, ERROR_TABLE, type ErrorRow, type WriteOutcome } from '@mc/protocol';

const FILE = new URL('../docs/errors.md', import.meta.url);

const WRITTEN: Readonly<Record<WriteOutcome, string>> = {
  no: 'No.',
  maybe: 'Maybe.',
  yes: 'Yes.',
};

const CONNECTION: Readonly<Record<ConnectionOutcome, string>> = {
  none: 'is not concerned',
  kept: 'stays open',
  destroyed: 'is closed; the next call makes a new one',
};

const INTRODUCTION = `# Errors

<!-- Written by scripts/errors-doc.ts from ERROR_TABLE of @mc/protocol: change the table, then run \`pnpm docs:errors\`. -->

Every error of the client is a \`MemcachedError\` with a stable \`code\`. Match on the code: classes may be loaded twice, and
messages may be reworded. A miss is no error, and an error is never reported as a miss unless you ask for it
(\`onServerFailure: 'miss'\`).

\`\`\`ts
import { createClient, isMemcachedError } from '@mc/memcached';

const cache = createClient('localhost:11211');
try {
  await cache.incr('visits');
} catch (error) {
  if (!isMemcachedError(error) || error.code !== 'MC_CACHE_MISS') throw error;
  console.log(error.code, error.written); // -> MC_CACHE_MISS no
  await cache.add('visits', 1);
}
await cache.close();
\`\`\`

| property  | meaning                                                                         |
| --------- | ------------------------------------------------------------------------------- |
| \`code\`    | one of the codes below                                                          |
| \`name\`    | the name of the class                                                           |
| \`server\`  | name of the server concerned (\`host:port\` or a socket path), where there is one |
| \`cause\`   | the error behind this one, where there is one                                   |
| \`written\` | whether a write may have taken effect: \`no\`, \`maybe\` or \`yes\`                   |

Messages never hold keys or values. Where an error knows keys (\`CacheMissError.keys\`, \`PartialFailureError.errors\` and
\`.result\`), they are in properties that are not enumerable, so that logs and JSON do not show them.

With \`onServerFailure: 'miss'\` the codes marked as a server failure turn reads into misses and set-type writes and
deletes into \`false\`; \`incr\`, \`decr\`, \`cas\` and \`add\` reject always.
`;

/** The whole of docs/errors.md. */
function errorsDoc(): string {
  const codes = Object.entries(ERROR_TABLE);
  const index = codes.map(([code, { name, written, serverFailure }]) => [
    `[\`${code}\`](#${code.toLowerCase()})`,
    `\`${name}\``,
    written,
    serverFailure ? 'yes' : '',
  ]);
  const table = alignedTable(['code', 'class', 'written', 'server failure'], index);
  return `${INTRODUCTION}\n## Codes\n\n${table}\n${codes.map(([code, row]) => section(code, row)).join('')}`;
}

/** A table of Markdown whose columns line up, as the formatter wants them. */
function alignedTable(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  const lines = [headings, rule, ...rows].map((row) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | '),
  );
  return lines.map((line) => `| ${line} |`).join('\n');
}

function section(code: string, { name, meaning, advice, written, connection }: ErrorRow): string {
  return `
### ${code}

\`${name}\`. ${meaning}

- **What to do:** ${advice}
- **May a write have happened?** ${WRITTEN[written]}
- **The connection** ${CONNECTION[connection]}.
`;
}

/** True where the file holds the text already. */
function isUpToDate(text: string): boolean {
  try {
    return readFileSync(FILE, 'utf8') === text;
  } catch {
    return false;
  }
}

const text = errorsDoc();
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (!isUpToDate(text)) {
  console.error('docs/errors.md differs from the table of error codes: run pnpm docs:errors.');
  process.exitCode = 1;
}
