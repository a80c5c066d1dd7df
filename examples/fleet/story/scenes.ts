/**
 * The scenes of the story, in order.
 *
 * @module
 */
import { createIssuerScenes } from './issuer-scenes.js';
import { createOutageScenes } from './outage-scenes.js';
import type { Scene } from './scene.js';
import { createSecrecyScene } from './secrecy-scene.js';
import { createSharedScenes } from './shared-scenes.js';
import { createStoryState } from './story-state.js';
import { createColdStartScenes, createRenewalScene } from './token-scenes.js';

/** Creates the scenes for one run. A scene may change the state for later scenes. */
export function createScenes(): readonly Scene[] {
  const state = createStoryState();
  return [
    ...createColdStartScenes(),
    ...createSharedScenes(state),
    ...createIssuerScenes(state),
    createSecrecyScene(state),
    ...createOutageScenes(state),
    createRenewalScene(),
  ];
}
