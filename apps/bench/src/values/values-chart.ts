import { spoken } from '../figures.js';
import { shownSpeeds } from './values-markdown.js';
import type { ValuesReport } from './values-report.js';
import type { ValuesRow } from './values-summary.js';

const BAR_HEIGHT = 16;
const GROUP_GAP = 34;
const PANEL_WIDTH = 440;
const LABEL_WIDTH = 96;
const BAR_WIDTH = 270;
const COLOURS: Readonly<Record<ValuesRow['kind'], string>> = { codec: '#0a7d5a', compressor: '#4a7fb5' };

/** A figure that is drawn as a bar. */
interface Measure {
  readonly title: string;
  readonly of: (row: ValuesRow) => number | undefined;
  readonly spoken: (figure: number) => string;
}

const MEASURES: readonly Measure[] = [
  {
    title: 'bytes',
    of: ({ figures }) => figures?.bytes,
    spoken: (bytes) => bytes.toLocaleString('en'),
  },
  {
    title: 'encoded and decoded a second',
    of: ({ figures }) => {
      const speeds = figures === undefined ? undefined : shownSpeeds(figures);
      if (speeds === undefined) return undefined;
      return 1 / (1 / speeds.encode.perSecond + 1 / speeds.decode.perSecond);
    },
    spoken,
  },
];

/** Bars of sizes on the left and of speeds on the right, a group a payload; each group has a scale of its own. */
export function drawValuesChart({ payloads, rows }: ValuesReport): string {
  const groups: string[] = [];
  let top = 20;
  for (const { id, title } of payloads) {
    const drawn = rows.filter((row) => row.payload === id && row.figures !== undefined);
    MEASURES.forEach((measure, at) => {
      groups.push(drawGroup(`${title}: ${measure.title}`, measure, drawn, at * PANEL_WIDTH, top));
    });
    top += drawn.length * BAR_HEIGHT + GROUP_GAP;
  }
  const [width, height] = [MEASURES.length * PANEL_WIDTH, top - 12];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<title>Sizes and speeds of codecs (green) and compressors (blue)</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

function drawGroup(
  title: string,
  measure: Measure,
  rows: readonly ValuesRow[],
  left: number,
  top: number,
): string {
  const most = Math.max(...rows.map((row) => measure.of(row) ?? 0));
  const bars = rows.map((row, at) => drawBar(row, measure, left, top + 8 + at * BAR_HEIGHT, most));
  return [`<text x="${left + 8}" y="${top}" font-weight="bold">${title}</text>`, ...bars].join('\n');
}

function drawBar(row: ValuesRow, measure: Measure, left: number, y: number, most: number): string {
  const figure = measure.of(row);
  const width = Math.round(((figure ?? 0) / most) * BAR_WIDTH);
  const x = left + LABEL_WIDTH;
  return [
    `<text x="${x - 6}" y="${y + 11}" text-anchor="end">${row.title}</text>`,
    `<rect x="${x}" y="${y + 1}" width="${width}" height="${BAR_HEIGHT - 4}" fill="${COLOURS[row.kind]}"/>`,
    `<text x="${x + width + 6}" y="${y + 11}">${figure === undefined ? 'n/a' : measure.spoken(figure)}</text>`,
  ].join('\n');
}
