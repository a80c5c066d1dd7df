/**
 * Bar charts as SVG, legible on light and dark pages.
 */
import { formatNumber } from './format.mjs';

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {'own' | 'peer' | 'reference'} kind
 * @property {number} value
 * @property {number} [low]
 * @property {number} [high]
 * @property {string} [remark] - Printed after the value.
 *
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} unit
 * @property {'higher' | 'lower'} better
 * @property {readonly Bar[]} bars
 */

const WIDTH = 800;
const VALUES = 64;
const LINE = 22;
const HEADING = 46;
const LETTER = 7;

// Middle tones: enough contrast on white and on black.
const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #57606a }
.title { font-weight: 600; fill: #24292f }
.own { fill: #1f883d } .peer { fill: #6e7781 } .reference { fill: #4f8cc9 }
.range { stroke: #24292f; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .title { fill: #f0f6fc } .range { stroke: #f0f6fc }
  .own { fill: #3fb950 } .peer { fill: #7d8590 } .reference { fill: #58a6ff }
}`;

/**
 * Draws charts one below the other.
 *
 * @param {readonly Chart[]} charts
 */
export function drawCharts(charts) {
  let top = 0;
  const panels = charts.map((chart) => {
    const panel = drawChart(chart, top);
    top += HEADING + chart.bars.length * LINE + 14;
    return panel;
  });
  const size = `width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}"`;
  const title = escape(charts.map((chart) => chart.title).join('; '));
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${title}">
<style>${STYLE}
</style>
${panels.join('\n')}
</svg>
`;
}

function drawChart({ title, unit, better, bars }, top) {
  const left = Math.max(...bars.map(({ label }) => label.length)) * LETTER + 8;
  const remarks = Math.max(...bars.map(({ remark = '' }) => remark.length)) * LETTER;
  const width = WIDTH - left - VALUES - remarks;
  // A range may extend beyond the longest bar, and is clipped where the values are printed.
  const most = Math.max(...bars.map(({ value }) => value)) * 1.1;
  const place = (value) => left + Math.min(1, Math.max(0, value / most)) * width;
  const heading = `<text class="title" x="0" y="${top + 18}">${escape(title)}</text>
<text x="0" y="${top + 36}">${escape(unit)}; ${better} is better</text>`;
  const lines = bars.map((bar, line) => drawBar(bar, top + HEADING + line * LINE, place));
  return [heading, ...lines].join('\n');
}

function drawBar({ label, kind, value, low = value, high = value, remark = '' }, top, place) {
  const [left, end, from, to] = [0, value, low, high].map((at) => round(place(at)));
  const text = escape(`${formatNumber(value)} ${remark}`.trimEnd());
  const middle = top + 8;
  const ticks = `M${from} ${top + 4}v8M${to} ${top + 4}v8`;
  const range = from === to ? '' : `<path class="range" d="M${from} ${middle}H${to}${ticks}"/>`;
  return `<text x="${left - 8}" y="${top + 13}" text-anchor="end">${escape(label)}</text>
<rect class="${kind}" x="${left}" y="${top}" width="${round(end - left)}" height="16" rx="2"/>${range}
<text x="${Math.max(end, to) + 8}" y="${top + 13}">${text}</text>`;
}

function round(length) {
  return Math.round(length * 10) / 10;
}

function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
