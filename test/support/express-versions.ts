/**
 * The versions of Express that a guard has to work with.
 *
 * @module
 */
import { createRequire } from 'node:module';
import express5 from 'express';

const require = createRequire(import.meta.url);

/** For `describe.each`. Express 4 brings no types; what tests use of it is the same in both. */
export const EXPRESS_VERSIONS = [
  { version: 4, express: require('express4') as typeof express5 },
  { version: 5, express: express5 },
] as const;
