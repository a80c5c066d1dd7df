/**
 * The program of each process of the fleet. Its parent sends the settings, and later commands.
 *
 * @module
 */
import { type FleetNodeSettings, startFleetNode } from './fleet-node.js';

process.once('message', (settings: FleetNodeSettings) => {
  void startFleetNode(settings).then((node) => {
    process.on('message', ({ advanceClockMs }: { advanceClockMs: number }) => {
      node.advanceClock(advanceClockMs);
      process.send?.({ done: true });
    });
    process.send?.({ url: node.url });
  });
});
// The process ends with its parent.
process.once('disconnect', () => process.exit());
