/**
 * One scene of the demo: a request, and the answer it must get.
 *
 * @module
 */
import type { Answer } from './answer.js';
import type { Demo } from './demo.js';

/** A request, and the answer it must get. */
export interface Scene {
  /** What the scene shows, in one sentence. */
  readonly title: string;
  /** Who calls. */
  readonly caller: string;
  /** The method and the path: `GET /v1/sales/analytics`. */
  readonly request: string;
  /** The token that is sent, in words. */
  readonly token: string;
  readonly expected: Answer;
  /** Whether the scene sends several requests, all with the same outcome. */
  readonly isRepeated?: boolean;
  /** Sends the request. */
  readonly run: (demo: Demo) => Promise<Response>;
}
