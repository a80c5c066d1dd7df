/**
 * The same tests on every version of Express.
 *
 * @module
 */
import { describe } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';

/** The parts of Express that all versions have alike. */
export type Express = (typeof EXPRESS_VERSIONS)[number]['express'];

/** Describes the same behaviour for every version of Express. */
export function forEachExpress(tests: (express: Express, name: string) => void): void {
  describe.each(EXPRESS_VERSIONS)('Express $version', ({ express, version }) => {
    tests(express, `Express ${version}`);
  });
}
