import { spoken } from '../figures.js';
import { markdownTable } from '../readme-table.js';
import type { ValuesReport } from './values-report.js';
import type { Ratios, RowFigures, ValuesRow } from './values-summary.js';

const START = '<!-- bench:values -->';
const END = '<!-- /bench:values -->';
const HEAD = ['bytes', 'encoded a second', 'decoded a second', 'over the library', 'client over codec'];

/** The page with the block between its marks made anew. */
export function withValuesBlock(page: string, report: ValuesReport): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the page has no ${START} … ${END}`);
  return `${page.slice(0, start + START.length)}\n${block(report)}\n${page.slice(end)}`;
}

function block(report: ValuesReport): string {
  const { node, processor } = report.surroundings;
  const caption = [
    `One call at a time, medians of interleaved rounds, a process for each figure, made by \`pnpm bench values\`.`,
    `Measured on ${report.at.slice(0, 10)}, Node ${node}, ${processor}.`,
    'The payloads: ',
    `${report.payloads.map(({ title, about }) => `${title}, ${about}`).join('; ')}.`,
    'A compressor gets the bytes of the JSON, or of the text.',
    '"Over the library": the time of encoding and decoding in times of the bare calls of the library.',
    '"Client over codec": the same for `serialize` and `deserialize` of the client in times of the codec alone.',
    ...exceptions(report),
  ];
  return [
    '![Sizes and speeds of codecs and compressors](values.svg)',
    '',
    ...wrapped(caption.join(' ').replaceAll('  ', ' ')),
    ...report.payloads.flatMap(({ id, title }) => [
      '',
      ...markdownTable([[title, ...HEAD], ...rowsOf(report, id).map(line)]),
    ]),
    '',
    ...wrapped(verdictText(report)),
  ].join('\n');
}

/** Those that could be measured. */
function rowsOf({ rows }: ValuesReport, payloadId: string): ValuesRow[] {
  return rows.filter(({ payload, figures }) => payload === payloadId && figures !== undefined);
}

/** Which rows were measured on another Node than the rest, and which not at all. */
function exceptions({ rows, surroundings }: ValuesReport): string[] {
  const said = rows.flatMap(({ title, reason, figures }) => {
    if (figures === undefined) return [`${title} was not measured: ${reason ?? 'no figures'}.`];
    return surroundings.node?.startsWith(`${figures.node} `)
      ? []
      : [`${title} was measured on Node ${figures.node}.`];
  });
  return [...new Set(said)];
}

function line({ title, figures }: ValuesRow): string[] {
  if (figures === undefined) return [];
  const { encode, decode } = shownSpeeds(figures) ?? {};
  return [
    title,
    figures.bytes.toLocaleString('en'),
    spoken(encode?.perSecond),
    spoken(decode?.perSecond),
    ratio(figures.overBare),
    ratio(figures.clientOver),
  ];
}

/** The codec's or compressor's own; the client's where there is no codec. */
export function shownSpeeds(figures: RowFigures): RowFigures['speeds']['ours'] {
  return figures.speeds.ours ?? figures.speeds.client;
}

function ratio(ratios: Ratios | undefined): string {
  return ratios === undefined ? '' : ratios.both.toFixed(2);
}

function verdictText({ targets }: ValuesReport): string {
  const said = targets.map(
    ({ title, measured, reached }) =>
      `${title} ${measured.toFixed(2)} (${reached ? 'reached' : 'not reached'})`,
  );
  const bound = targets[0]?.bound.toFixed(2) ?? '';
  return said.length === 0
    ? ''
    : `The aim is that a codec takes at most ${bound} times as long as its library for the small object: ${said.join(', ')}.`;
}

const WIDTH = 120;

/** The text in lines of at most so many characters. */
function wrapped(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
