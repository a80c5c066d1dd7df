/**
 * One scene of the story: what happens to the fleet, and what must happen.
 *
 * @module
 */
import type { Fleet } from './fleet.js';

/** What happened in a scene. */
export interface Happened {
  /** One line for each event. */
  readonly lines: readonly string[];
  /** Measurements, which differ from run to run; they are printed but not compared. */
  readonly measured?: string;
}

/** A scene and what it must show. */
export interface Scene {
  /** What the scene shows, in one sentence. */
  readonly title: string;
  /** The lines that must happen. */
  readonly expected: readonly string[];
  /** Runs the scene. */
  readonly run: (fleet: Fleet) => Promise<Happened>;
}
