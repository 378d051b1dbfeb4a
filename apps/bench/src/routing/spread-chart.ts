import { EVEN, type Spread, WEIGHTED } from './shares.js';

const WIDTH = 680;
const ROW_HEIGHT = 62;
const HEAD_HEIGHT = 44;
const LABEL_WIDTH = 236;
const BAR_HEIGHT = 44;
const EVEN_LEFT = LABEL_WIDTH + 10;
const EVEN_WIDTH = 260;
const WEIGHTED_LEFT = EVEN_LEFT + EVEN_WIDTH + 40;
const WEIGHTED_WIDTH = 96;
const BAR_GAP = 4;

/** Bars of the share of the keys by server, a row a distribution; a line where each bar should end. */
export function drawSpread(spreads: readonly Spread[], keys: number): string {
  const height = HEAD_HEIGHT + spreads.length * ROW_HEIGHT + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>Share of ${keys.toLocaleString('en')} keys by server and distribution</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LABEL_WIDTH}" y="18" text-anchor="end" fill="#d2452d">the line: a share that is fair</text>`,
    `<text x="${EVEN_LEFT}" y="18" font-weight="bold">ten equal servers</text>`,
    `<text x="${WEIGHTED_LEFT}" y="18" font-weight="bold">weights 1 : 2 : 3</text>`,
    ...spreads.map((spread, at) => drawRow(spread, HEAD_HEIGHT + at * ROW_HEIGHT)),
    '</svg>',
    '',
  ].join('\n');
}

function drawRow({ title, even, weighted }: Spread, top: number): string {
  const range = `${percent(Math.min(...even))} to ${percent(Math.max(...even))}`;
  const middle = top + BAR_HEIGHT / 2;
  return [
    `<text x="${LABEL_WIDTH}" y="${middle}" text-anchor="end">${title}</text>`,
    `<text x="${LABEL_WIDTH}" y="${middle + 16}" text-anchor="end" fill="#68727c">${range}</text>`,
    ...drawBars(even, EVEN, EVEN_LEFT, EVEN_WIDTH, top),
    ...(weighted === undefined
      ? [`<text x="${WEIGHTED_LEFT}" y="${middle}" fill="#68727c">refuses weights</text>`]
      : drawBars(weighted, WEIGHTED, WEIGHTED_LEFT, WEIGHTED_WIDTH, top)),
  ].join('\n');
}

/** The scale reaches to two and a half times the mean share. */
function drawBars(
  shares: readonly number[],
  weights: readonly number[],
  left: number,
  width: number,
  top: number,
): string[] {
  const step = width / shares.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const heightOf = (share: number): number => (share * shares.length * BAR_HEIGHT) / 2.5;
  return shares.map((share, at) => {
    const x = (left + at * step).toFixed(1);
    const y = (value: number): string => (top + BAR_HEIGHT - heightOf(value)).toFixed(1);
    const barWidth = (step - BAR_GAP).toFixed(1);
    const due = y((weights[at] as number) / total);
    const bar = `<rect x="${x}" y="${y(share)}" width="${barWidth}" height="${heightOf(share).toFixed(1)}" fill="#0a7d5a"/>`;
    return `${bar}<path d="M${x} ${due}h${barWidth}" stroke="#d2452d" stroke-width="1.5"/>`;
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
