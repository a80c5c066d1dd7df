/**
 * What other packages of Scopegate use and no one else is promised: these exports change without
 * notice.
 *
 * @module
 */
export { type SplitOptions, splitVerifierOptions } from './options/split-options.js';
export { internalsOf, type VerifierInternals } from './verifier-internals.js';
