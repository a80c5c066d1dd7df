/**
 * Runs the demo as `npm start` does, but a scene that waits never ends.
 *
 * @module
 */
import { main } from '../../../examples/sales-analytics/main.js';

const clock = { now: Date.now, wait: () => new Promise(() => undefined) };
process.exitCode = await main({}, process.stdout, { clock });
