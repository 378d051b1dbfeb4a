import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { valuesTable } from './values-table.js';

const document = readFileSync(join(import.meta.dirname, '..', 'docs', 'values.md'), 'utf8');

/** The cells of the table between two markers. */
function tableIn(text: string): string[][] {
  const block = text.split('<!-- values:types -->')[1]?.split('<!-- /values:types -->')[0] ?? '';
  const rows = block.split('\n').filter((line) => line.startsWith('|') && !/^\|[ -:|]+\|$/.test(line));
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

it('docs/values.md says what each codec holds, as it is', () => {
  expect(tableIn(document)).toStrictEqual(valuesTable());
});
