/**
 * The scenes of the demo, in order.
 *
 * @module
 */
import { printSalesReport } from '../report-service.js';
import { accepted, missingCredentials } from './answer.js';
import { createBadTokenScenes } from './bad-token-scenes.js';
import { createBoundTokenScenes } from './bound-token-scenes.js';
import { createKeyScenes } from './key-scenes.js';
import { createOpaqueTokenScenes } from './opaque-token-scenes.js';
import { createRenewalScene } from './renewal-scene.js';
import { call, REPORT } from './requests.js';
import type { Scene } from './scene.js';
import { createScopeScenes } from './scope-scenes.js';

/**
 * Creates the scenes for one run. A scene may change the state for later scenes.
 *
 * @param print - Prints the output of the services.
 */
export function createScenes(print: (text: string) => void): readonly Scene[] {
  return [
    ...createOpeningScenes(print),
    ...createBadTokenScenes(),
    ...createScopeScenes(),
    ...createBoundTokenScenes(),
    ...createOpaqueTokenScenes(),
    createRenewalScene(print),
    ...createKeyScenes(),
  ];
}

function createOpeningScenes(print: (text: string) => void): readonly Scene[] {
  return [
    {
      title: 'a valid token is accepted',
      caller: 'report service',
      request: REPORT,
      token: 'its own',
      expected: accepted(200),
      run: ({ authorizationServer: { issuer }, resource, reportClient }) =>
        printSalesReport({ issuer, resource, ...reportClient, print }),
    },
    {
      title: 'no token: the challenge names the metadata and has no error code',
      caller: 'anonymous',
      request: REPORT,
      token: 'none',
      expected: missingCredentials('read:analytics'),
      run: ({ resource }) => call(resource, REPORT),
    },
  ];
}
