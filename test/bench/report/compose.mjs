/**
 * Results as Markdown: targets first, then where peers are ahead, then every table.
 */
import { OWN } from '../settings.mjs';
import { TARGETS } from '../targets.mjs';
import { formatFigure, formatNumber } from './format.mjs';
import { formatForMarkdown } from './table.mjs';

/** @param {Map<string, any>} results - By part. */
export function composeReport(results) {
  const parts = [...results.values()];
  const figures = Object.assign({}, ...parts.map((part) => part.figures));
  return [
    '### Measured on',
    describeMachines(parts),
    '### Against the targets',
    targetTable(figures),
    '### Where a peer is ahead',
    listPeersAhead(parts),
    ...parts.map(composePart),
  ].join('\n\n');
}

function describeMachines(parts) {
  const machines = new Set(parts.map(({ environment }) => describeMachine(environment)));
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  return `${[...machines].join('\n\n')}\n\n\`npm run bench\`, ${seconds} s in total.`;
}

function describeMachine({ processor, cores, memoryGiB, platform, versions, ...placement }) {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const pinned =
    placement.pinned === 'yes' ? 'Every process is pinned to one core' : 'Nothing is pinned';
  const apart =
    placement.ownCoreForLoad === 'yes' ? ', the load to a different one than the servers' : '';
  return (
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}. ${pinned}${apart}.\n\n` +
    `${names.join(' · ')}`
  );
}

function targetTable(figures) {
  const known = TARGETS.filter(({ figure }) => figures[figure] !== undefined);
  const rows = known.map(({ figure, about, target, isMet }) => {
    const { bestPeer, ...own } = figures[figure];
    const peer = bestPeer && `${bestPeer.name}: ${formatNumber(bestPeer.value)}`;
    const verdict = isMet(figures[figure]) ? 'met' : '**missed**';
    return [about, target, formatFigure(withRange(own)), peer ?? '', verdict];
  });
  const columns = ['Figure', 'Target', 'Measured: median (range)', 'Best peer', ''];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [columns, ['---', '---:', '---:', '---', '---'], ...rows].map(line).join('\n');
}

function withRange({ value, low = value, high = value }) {
  return { value, low, high };
}

/** Charts hold the figures that can be compared. */
function listPeersAhead(parts) {
  const lines = parts.flatMap(({ charts }) => charts.map(describeAhead)).filter(Boolean);
  if (lines.length === 0) return 'Nowhere in this run.';
  return lines.map((line) => `- ${line}`).join('\n');
}

function describeAhead({ title, unit, better, bars }) {
  // Only the default settings of Scopegate count here.
  const own = bars.find(({ label, kind }) => label === OWN && kind === 'own');
  const peers = bars.filter((bar) => bar.kind === 'peer' && own && isBetter(bar, own, better));
  if (peers.length === 0) return undefined;
  const names = peers.map((bar) => {
    const remark = overlaps(bar, own) ? ', ranges overlap' : '';
    return `${bar.label} (${formatNumber(bar.value)}${remark})`;
  });
  return `${title}: ${unit}. ${names.join('; ')}. ${OWN}: ${formatNumber(own.value)}.`;
}

function isBetter(bar, other, better) {
  return better === 'higher' ? bar.value > other.value : bar.value < other.value;
}

function overlaps(bar, other) {
  const [a, b] = [withRange(bar), withRange(other)];
  return a.low <= b.high && b.low <= a.high;
}

function composePart({ part, about, tables }) {
  const chart = `![Bar charts of the tables below](results/${part}.svg)`;
  return [`### ${part}`, about, chart, ...tables.map(formatForMarkdown)].join('\n\n');
}
