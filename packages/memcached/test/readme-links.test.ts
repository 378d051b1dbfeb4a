import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, documentText, ROOT } from './readme-blocks.js';

const LINK = /\]\((?<target>[^)\s]+)\)/g;
const SOURCE_PATH = /`(?<path>(?:packages|apps|docs|scripts)\/[\w./-]+)`/g;

/** Targets of links to files of the repository, and paths that are named as code. */
function namedPaths(document: string): string[] {
  const text = documentText(document);
  const linked = [...text.matchAll(LINK)]
    .map(({ groups }) => groups?.target ?? '')
    .filter((target) => !/^(?:https?:|#)/.test(target))
    .map((target) => join(dirname(document), target.replace(/#.*$/, '')));
  const named = [...text.matchAll(SOURCE_PATH)].map(({ groups }) => groups?.path ?? '');
  return [...linked, ...named];
}

describe('files that the documents name', () => {
  for (const document of documents()) {
    it(`exist: ${document}`, () => {
      expect(documentText(document).length).toBeGreaterThan(0);
      expect(namedPaths(document).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    });
  }
});
