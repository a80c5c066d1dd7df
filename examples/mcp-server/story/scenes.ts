/**
 * The scenes of the story, in order.
 *
 * @module
 */
import { createOutageScenes } from './outage-scenes.js';
import { createPersonScenes } from './person-scenes.js';
import { createRefusalScenes } from './refusal-scenes.js';
import type { Scene } from './scene.js';
import { createServiceScenes } from './service-scenes.js';

/** Creates the scenes for one run. Each scene continues from the state that the one before it left. */
export function createScenes(): readonly Scene[] {
  return [
    ...createPersonScenes(),
    ...createServiceScenes(),
    ...createRefusalScenes(),
    ...createOutageScenes(),
  ];
}
