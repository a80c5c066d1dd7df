/**
 * One scene of the story: who calls what with which token, and what is promised of the answer.
 *
 * @module
 */
import type { Promised } from './promised.js';
import type { Stage } from './demo.js';

/** A request and the answer that is promised. */
export interface Scene {
  /** The promise in one sentence. */
  readonly title: string;
  /** Who calls. */
  readonly caller: string;
  /** Method and path: `GET /v1/sales/analytics`. */
  readonly request: string;
  /** Which token it carries, in words. */
  readonly token: string;
  readonly promised: Promised;
  /** Makes the request. */
  readonly play: (stage: Stage) => Promise<Response>;
}
