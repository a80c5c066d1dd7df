/**
 * How large the tests of fleets are.
 *
 * @module
 */

/** Whether the tests run as large and as long as the faults require: `npm run test:fleet`. */
export const isFullScale: boolean = process.env['SCOPEGATE_FLEET'] === 'full';

/** Selects a number: for `npm run test:fleet`, or for `npm test`, which runs many other files at once. */
export function scale({ full, brief }: { full: number; brief: number }): number {
  return isFullScale ? full : brief;
}
