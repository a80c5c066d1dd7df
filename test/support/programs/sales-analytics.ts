/**
 * Runs the demo as `npm start` does, but its scenes wait on a clock that does not.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { main } from '../../../examples/sales-analytics/main.js';
import { createFastClock } from '../../../examples/sales-analytics/show/demo-clock.js';

const flag = { type: 'boolean' } as const;
const { values } = parseArgs({ options: { quick: flag, serve: flag, watch: flag } });
process.exitCode = await main(values, process.stdout, { clock: createFastClock() });
