/**
 * The supported versions of Express.
 *
 * @module
 */
import { createRequire } from 'node:module';
import express5 from 'express';
import { describe } from 'vitest';

const require = createRequire(import.meta.url);

/** For `describe.each`. Express 4 has no types; tests use only what both versions have. */
export const EXPRESS_VERSIONS = [
  { version: 4, express: require('express4') as typeof express5 },
  { version: 5, express: express5 },
] as const;

/** The factory that both versions export. */
export type Express = (typeof EXPRESS_VERSIONS)[number]['express'];

/** Describes the same behaviour for each version of Express. */
export function forEachExpress(tests: (express: Express, name: string) => void): void {
  describe.each(EXPRESS_VERSIONS)('Express $version', ({ express, version }) => {
    tests(express, `Express ${version}`);
  });
}
