import { COLUMNS, type Figures, speedOf, spoken, type WorkloadFigures } from './figures.js';

const SHOWN: readonly string[] = ['get-64', 'get-512', 'set-64', 'multi-100x8'];
const BAR_HEIGHT = 16;
const GROUP_GAP = 34;
const LABEL_WIDTH = 130;
const BAR_WIDTH = 430;
const WIDTH = 680;

/** Bars of keys a second by client, a group a workload; each group has a scale of its own. */
export function drawChart(figures: Figures): string {
  const groups = figures.workloads.filter(({ id }) => SHOWN.includes(id));
  const groupHeight = COLUMNS.length * BAR_HEIGHT + GROUP_GAP;
  const height = groups.length * groupHeight + 8;
  const drawn = groups.map((group, at) => drawGroup(group, at * groupHeight + 20));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<title>Keys a second by client</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawGroup(workload: WorkloadFigures, top: number): string {
  const most = Math.max(...COLUMNS.map((id) => speedOf(workload, id) ?? 0));
  const bars = COLUMNS.map((id, at) => drawBar(workload, id, top + 8 + at * BAR_HEIGHT, most));
  return [`<text x="8" y="${top}" font-weight="bold">${workload.title}</text>`, ...bars].join('\n');
}

function drawBar(workload: WorkloadFigures, id: string, y: number, most: number): string {
  const speed = speedOf(workload, id);
  const width = Math.round(((speed ?? 0) / most) * BAR_WIDTH);
  const colour = id === 'ours' ? '#0a7d5a' : '#b8c0c8';
  const name = id === 'ours' ? '@mc/memcached' : id;
  return [
    `<text x="${LABEL_WIDTH - 6}" y="${y + 11}" text-anchor="end">${name}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y + 1}" width="${width}" height="${BAR_HEIGHT - 4}" fill="${colour}"/>`,
    `<text x="${LABEL_WIDTH + width + 6}" y="${y + 11}">${spoken(speed)}</text>`,
  ].join('\n');
}
