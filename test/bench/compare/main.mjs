/**
 * Measures the working tree against another tree: `node main.mjs <part> <own> <base> [--quick]`,
 * with the folders of both. Prints a table of verdicts.
 */
import { interleave } from '../measure/rounds.mjs';
import { summarise } from '../measure/statistics.mjs';
import { formatFigure, formatNumber } from '../report/format.mjs';
import { formatForTerminal } from '../report/table.mjs';
import { settingsFor } from '../settings.mjs';
import { CALL_PARTS, createCallers } from './calls.mjs';
import { compareHttp } from './http.mjs';
import { compareMemory } from './memory.mjs';
import { alternate } from './rounds.mjs';
import { compareStart } from './start.mjs';
import { loadTree } from './tree.mjs';
import { compareCosts } from './verdict.mjs';

// A part ends when the run ends, and the channel does not keep it alive.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

const [part, own, base, ...flags] = process.argv.slice(2);
const settings = settingsFor(flags.includes('--quick'));
const folders = { own, base };

const samples = await measure();
const rows = [...samples].map(([name, costs]) => {
  const { word, ratio } = compareCosts(costs.own, costs.base);
  const medians = [costs.own, costs.base].map((side) => formatNumber(summarise(side).value));
  return [name, word, formatFigure(ratio), ...medians];
});
console.log(
  formatForTerminal({
    title: `${part}: costs of the working tree`,
    columns: ['', 'verdict', 'ratio (99 % interval of its median)', 'working tree', 'base'],
    rows,
  }),
);
if (rows.some(([, word]) => word === 'worse')) process.exitCode = 2;

async function measure() {
  if (part === 'http') return compareHttp(folders, settings);
  if (part === 'start') return compareStart(folders, settings);
  const trees = { own: await loadTree(own), base: await loadTree(base) };
  if (part === 'memory') return compareMemory(trees, settings);
  if (!CALL_PARTS.includes(part)) throw new Error(`unknown part "${part}"`);
  const callers = await createCallers(part, trees, settings);
  const everyone = new Map([...callers].flatMap(([name, pair]) => entriesOf(name, pair)));
  await interleave(everyone, 2, (caller) => caller.run(settings.batchMs));
  return alternate(callers, settings.compareRounds, (caller) => caller.run(settings.batchMs));
}

function entriesOf(name, pair) {
  return Object.entries(pair).map(([side, caller]) => [`${name} ${side}`, caller]);
}
