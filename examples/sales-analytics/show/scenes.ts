/**
 * The scenes of the story, in the order in which they are played.
 *
 * @module
 */
import { createBadTokenScenes } from './bad-token-scenes.js';
import { createKeyScenes } from './key-scenes.js';
import { accepted } from './promised.js';
import { createRenewalScene } from './renewal-scene.js';
import { printSalesReport } from '../report-service.js';
import { call, REPORT } from './requests.js';
import type { Scene } from './scene.js';
import { createScopeScenes } from './scope-scenes.js';

/**
 * Writes the scenes for one telling of the story. Each may change what later ones find.
 *
 * @param print - Where the services print what they have to say.
 */
export function createScenes(print: (text: string) => void): readonly Scene[] {
  return [
    ...createOpeningScenes(print),
    ...createBadTokenScenes(),
    ...createScopeScenes(),
    createRenewalScene(print),
    ...createKeyScenes(),
  ];
}

function createOpeningScenes(print: (text: string) => void): readonly Scene[] {
  return [
    {
      title: 'a good token opens the route',
      caller: 'report service',
      request: REPORT,
      token: 'its own',
      promised: accepted(200),
      play: ({ authorizationServer: { issuer }, resource, reportClient }) =>
        printSalesReport({ issuer, resource, ...reportClient, print }),
    },
    {
      title: 'no token: the challenge says where to look and names no error',
      caller: 'anybody',
      request: REPORT,
      token: 'none',
      promised: { status: 401, reason: 'missing_credentials', challenge: '' },
      play: ({ resource }) => call(resource, REPORT),
    },
  ];
}
