import type { Contestant } from './contestant.js';
import type { Payload } from './payload.js';
import type { CodecVerdict, Ratios, ValuesRow } from './values-summary.js';

const HEAD = [
  '',
  'bytes',
  'encode/s',
  '±',
  'decode/s',
  '±',
  'over bare',
  'enc',
  'dec',
  'client over',
  'enc',
  'dec',
];
const WIDTHS = [22, 9, 13, 8, 13, 8, 11, 7, 7, 13, 7, 7];

/** Share of the time, taken by other programs, from which a row is marked. */
const TOO_BUSY = 0.05;

/** Printed above the tables. */
export const VALUES_LEGEND: string = [
  'Medians over the rounds, one call at a time; from and to bytes. ± is half the distance between the quartiles. Time is',
  'that of the processor, so that other programs do not count; where the thread pool works, that of the clock.',
  'over bare: time of encoding and decoding over that of the bare calls of the library, then each alone; 1 adds nothing.',
  'client over: time of serialize and deserialize of the client over that of the codec. Ratios are medians of the ratios',
  'of each round. Compressors are given the bytes of the JSON or text; without a codec, the client packs text itself.',
].join('\n');

/** The rows of one payload. */
export function formatPayload(payload: Payload, rows: readonly ValuesRow[]): string {
  return [
    cells(HEAD),
    `${payload.title}: ${payload.about}  [${payload.id}]`,
    ...rows.map(formatRow),
    '',
  ].join('\n');
}

function formatRow({ title, reason, figures }: ValuesRow): string {
  if (figures === undefined) return `  ${title.padEnd(20)}${reason ?? ''}`;
  const busy = (figures.others ?? 0) > TOO_BUSY;
  const speeds = figures.speeds.ours ?? figures.speeds.client;
  const { encode, decode } = speeds ?? {};
  return cells([
    `  ${title}`,
    figures.bytes.toLocaleString('en'),
    ...[encode, decode].flatMap((speed) =>
      speed === undefined
        ? ['-', '-']
        : [Math.round(speed.perSecond).toLocaleString('en'), `${(speed.spread * 100).toFixed(1)} %`],
    ),
    ...ratioCells(figures.overBare),
    ...ratioCells(figures.clientOver),
    busy ? `  !! others took ${((figures.others ?? 0) * 100).toFixed(0)} %` : '',
    figures.node === process.versions.node ? '' : `  on Node ${figures.node}`,
  ]);
}

function ratioCells(ratios: Ratios | undefined): string[] {
  return [ratios?.both, ratios?.encode, ratios?.decode].map((ratio) => ratio?.toFixed(2) ?? '-');
}

/** Which codecs reached the aim. */
export function formatCodecVerdicts(verdicts: readonly CodecVerdict[]): string {
  const lines = verdicts.map(({ title, bound, measured, reached }) =>
    [
      `  ${title}`.padEnd(WIDTHS[0] as number),
      `<= ${bound.toFixed(2)}`.padEnd(10),
      measured.toFixed(2).padStart(6),
      `   ${reached ? 'reached' : 'NOT reached'}`,
    ].join(''),
  );
  return [
    'Target: what a codec takes for the small object, in times of the bare library call',
    ...lines,
  ].join('\n');
}

/** What each row is measured against. */
export function formatBareCalls(contestants: readonly Contestant[]): string {
  const lines = contestants.flatMap(({ title, bareCall }) =>
    bareCall === undefined ? [] : [`  ${title.padEnd(20)}${bareCall}`],
  );
  return ['Bare calls', ...lines].join('\n');
}

function cells(row: readonly string[]): string {
  return row
    .map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[at] as number) : cell.padStart(WIDTHS[at] ?? 0)))
    .join('')
    .trimEnd();
}
