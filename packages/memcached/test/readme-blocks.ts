import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** A block of code in a Markdown file. */
export interface CodeBlock {
  /** Path of the Markdown file, from the top folder. */
  readonly document: string;
  /** Line at which the block opens, from 1. */
  readonly line: number;
  readonly code: string;
  /** Name of the file it is written to, within the folder of its document. */
  readonly file: string;
  /** True for a test file, which vitest has to run. */
  readonly isTest: boolean;
  /** False where it is only type-checked: ` ```ts no-run `. */
  readonly isRun: boolean;
  /** What it says that it prints, line by line: the text behind `// ->`, or in a comment behind `console.log(…);`. */
  readonly printed: readonly string[];
}

const FENCE = /^```(?<language>ts|js)(?<marks>(?: [^\n]*)?)\n(?<code>[\s\S]*?)^```$/gm;
const PRINTED = /(?:console\.log\(.*\); \/\/ ?(?:[-=]> ?)?|\/\/ ?[-=]> ?)(?<text>.*)$/gm;

/** Markdown files whose code must run: the top README, docs, and the READMEs of the packages. */
export function documents(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`);
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`);
  return ['README.md', ...docs.sort(), ...packages];
}

/** The text of a Markdown file, with plain line ends; empty where there is none. */
export function documentText(document: string): string {
  try {
    return readFileSync(join(ROOT, document), 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}

/** All blocks of ts and js in a Markdown file. */
export function codeBlocks(document: string): CodeBlock[] {
  const text = documentText(document);
  return [...text.matchAll(FENCE)].map((match) => {
    const { language = '', marks = '', code = '' } = match.groups ?? {};
    const line = text.slice(0, match.index).split('\n').length;
    const isTest = /from '(?:vitest|@mc\/testing\/suites)'/.test(code);
    const named = / file=(?<name>[\w-]+\.ts)/.exec(marks)?.groups?.name;
    return {
      document,
      line,
      code,
      file: named ?? `line-${line}${isTest ? '.test' : ''}.${language}`,
      isTest,
      isRun: !marks.includes('no-run'),
      printed: [...code.matchAll(PRINTED)].map(({ groups }) => (groups?.text ?? '').trim()),
    };
  });
}
