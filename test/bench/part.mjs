/**
 * Runs one part and saves its result: `node part.mjs <part> [--quick]`.
 */
import { describeEnvironment } from './report/environment.mjs';
import { resultsFolder, writeResult } from './report/results.mjs';
import { formatForTerminal } from './report/table.mjs';
import { settingsFor } from './settings.mjs';

// A part ends when the run ends, and the channel does not keep it alive.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

const [part, ...flags] = process.argv.slice(2);
const isQuick = flags.includes('--quick');
const { run } = await import(`./parts/${part}.mjs`);

const start = performance.now();
const measurement = await run(settingsFor(isQuick));
const seconds = Math.round((performance.now() - start) / 1000);

for (const table of measurement.tables) console.log(formatForTerminal(table));
console.log(`${part}: ${seconds} s`);
writeResult(resultsFolder(isQuick), part, {
  part,
  seconds,
  environment: describeEnvironment(),
  ...measurement,
});
