import { inspect } from 'node:util';
import { isMemcachedError } from '@mc/memcached';
import type { Palette } from './palette.js';
import { shownCode } from './shown-code.js';

const INDENT = '   ';
const CODE_COLUMNS = 64;
/** Widest text of an explanation, so that it reads like a page. */
const TEXT_COLUMNS = 96;
const BAR_COLUMNS = 40;

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  /** 0 to 1; 1 is the whole width. */
  readonly share: number;
  readonly text: string;
}

/** Writes the tour: chapters of steps, each a line of code and its result. */
export class Page {
  readonly #write: (text: string) => void;
  readonly #palette: Palette;
  #chapters = 0;
  #steps = 0;

  constructor(write: (text: string) => void, palette: Palette) {
    this.#write = write;
    this.#palette = palette;
  }

  /** How many steps were shown so far. */
  get steps(): number {
    return this.#steps;
  }

  /** A heading over the whole tour. */
  heading(title: string, about: readonly string[]): void {
    this.#line(`\n${this.#palette.title(title)}`);
    for (const text of about) this.#line(this.#palette.quiet(text));
  }

  /** Opens a chapter. */
  chapter(title: string, about: string): void {
    this.#chapters += 1;
    this.#line(`\n${this.#palette.title(`${String(this.#chapters).padStart(2)} ${title}`)}`);
    for (const row of wrapped(about)) this.#line(INDENT + this.#palette.quiet(row));
    this.#line('');
  }

  /** Explains what comes next within a chapter. */
  remark(text: string): void {
    this.#line('');
    for (const row of wrapped(text)) this.#line(INDENT + this.#palette.quiet(row));
  }

  /** Runs one line of code and shows it with its result; `name` is what the code calls the result. */
  async step<T>(run: () => Promise<T>, name?: string): Promise<T> {
    const result = await run();
    this.#show(run, name, this.#inspected(result));
    return result;
  }

  /** Like {@link step} for code that is meant to be refused: shows the code and the message of the error. */
  async refusedStep(run: () => Promise<unknown>): Promise<void> {
    try {
      this.#show(run, undefined, this.#inspected(await run()));
    } catch (error) {
      if (!isMemcachedError(error)) throw error;
      this.#show(run, undefined, this.#palette.error(error.code));
      this.#line(`${INDENT}  ${this.#palette.quiet(error.message)}`);
    }
  }

  /** Shows shares as bars. */
  bars(bars: readonly Bar[]): void {
    const width = Math.max(...bars.map(({ label }) => label.length));
    for (const { label, share, text } of bars) {
      const bar = '█'.repeat(Math.round(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS);
      this.#line(`${INDENT}${label.padEnd(width)}  ${this.#palette.bar(bar)}  ${text}`);
    }
  }

  /** Shows rows in columns, the first row as their headings; columns of numbers line up on the right. */
  table(rows: ReadonlyArray<readonly string[]>): void {
    const [headings = [], ...body] = rows;
    const columns = headings.map((heading, at) => {
      const cells = body.map((row) => row[at] ?? '');
      const width = Math.max(heading.length, ...cells.map((cell) => cell.length));
      return { width, isNumeric: cells.every((cell) => /^\d*(?: %)?$/.test(cell)) };
    });
    for (const [at, row] of rows.entries()) {
      const cells = row.map((cell, column) => {
        const { width, isNumeric } = columns[column] ?? { width: 0, isNumeric: false };
        return isNumeric ? cell.padStart(width) : cell.padEnd(width);
      });
      const text = cells.join('  ');
      this.#line(INDENT + (at === 0 ? this.#palette.quiet(text) : text));
    }
  }

  /** Says how the tour ended. */
  closing(title: string, lines: readonly string[]): void {
    this.#line(`\n${this.#palette.title(title)}`);
    for (const text of lines) this.#line(text);
    this.#line('');
  }

  #show(run: () => unknown, name: string | undefined, result: string): void {
    this.#steps += 1;
    const code = (name === undefined ? '' : `const ${name} = `) + shownCode(run);
    const painted = INDENT + this.#palette.code(code.padEnd(CODE_COLUMNS));
    if (code.length <= CODE_COLUMNS) this.#line(`${painted}  ${result}`);
    else this.#line(`${painted}\n${INDENT}${' '.repeat(CODE_COLUMNS)}  ${result}`);
  }

  #inspected(value: unknown): string {
    const colors = this.#palette.isColoured;
    return inspect(value, {
      colors,
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      maxArrayLength: 8,
    });
  }

  #line(text: string): void {
    this.#write(`${text.trimEnd()}\n`);
  }
}

function wrapped(text: string): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    if (row !== '' && row.length + 1 + word.length > TEXT_COLUMNS) {
      rows.push(row);
      row = '';
    }
    row += row === '' ? word : ` ${word}`;
  }
  return [...rows, row];
}
