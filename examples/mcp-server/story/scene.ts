/**
 * One scene of the story: what a client does, and what the servers must receive and respond.
 *
 * @module
 */
import type { StoryServers } from './servers.js';

/** A scene and what it must show. */
export interface Scene {
  /** What the scene shows, in one sentence. */
  readonly title: string;
  /** The requests that arrive at the servers, in order; `<notes>` and `<issuer>` replace their URLs. */
  readonly traffic: readonly string[];
  /** What the client gets from it. */
  readonly outcome: string;
  /**
   * Runs the scene.
   *
   * @returns The outcome.
   */
  readonly run: (servers: StoryServers) => Promise<string>;
}
