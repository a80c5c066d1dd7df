/**
 * Runs the demo as `npm start` does, but its scenes wait on a clock that does not.
 *
 * @module
 */
import { main } from '../../../examples/sales-analytics/main.js';
import { createFastClock } from '../../../examples/sales-analytics/show/demo-clock.js';

process.exitCode = await main(process.argv.slice(2), process.stdout, { clock: createFastClock() });
