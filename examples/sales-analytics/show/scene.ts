/**
 * One scene of the demo: a request and its expected response.
 *
 * @module
 */
import type { Answer } from './answer.js';
import type { Demo } from './demo.js';

/** A request and its expected response. */
export interface Scene {
  /** What the scene shows, in one sentence. */
  readonly title: string;
  /** Who calls. */
  readonly caller: string;
  /** The method and the path: `GET /v1/sales/analytics`. */
  readonly request: string;
  /** A description of the token that is sent. */
  readonly token: string;
  readonly expected: Answer;
  /** Whether the scene sends several requests, all with the same outcome. */
  readonly isRepeated?: boolean;
  /** How long it takes, in seconds, where it waits. `--quick` leaves such scenes out. */
  readonly seconds?: number;
  /** Sends the request. */
  readonly run: (demo: Demo) => Promise<Response>;
}
