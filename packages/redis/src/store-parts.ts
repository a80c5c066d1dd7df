/**
 * What the stores are made of.
 *
 * @module
 */
import type { CommandRunner } from './connection/command-runner.js';
import type { SealedBox } from './sealing/sealed-box.js';

/** What a store without sealed entries needs. */
export interface OpenStoreParts {
  /** With what all its keys begin, before a colon. */
  readonly prefix: string;
  readonly runner: CommandRunner;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What a store with sealed entries needs. */
export interface SealedStoreParts extends OpenStoreParts {
  readonly box: SealedBox;
}
