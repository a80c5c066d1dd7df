/**
 * Scenes in which the authorization server rotates its keys and stops.
 *
 * @module
 */
import { accepted, unavailable } from './answer.js';
import { requestOpaqueToken } from './opaque-token-scenes.js';
import { call, REPORT, requestReportToken } from './requests.js';
import type { Scene } from './scene.js';

/**
 * Creates scenes with a rotated key, then with a cached key, an unknown key and an opaque token during an
 * outage.
 */
export function createKeyScenes(): readonly Scene[] {
  let issuedJustBefore: string | undefined;
  let opaque: string | undefined;
  const reporting = { caller: 'report service', request: REPORT };
  return [
    {
      ...reporting,
      title: 'a rotated key works immediately',
      token: 'signed with a new key',
      expected: accepted(200),
      async run(demo) {
        demo.authorizationServer.rotateKeys();
        return call(demo.resource, REPORT, await requestReportToken(demo));
      },
    },
    {
      ...reporting,
      title: 'authorization server stopped: a token signed with a cached key is accepted',
      token: 'signed with a cached key',
      expected: accepted(200),
      async run(demo) {
        const token = await requestReportToken(demo);
        demo.authorizationServer.rotateKeys();
        issuedJustBefore = await requestReportToken(demo);
        opaque = await requestOpaqueToken(demo);
        await demo.authorizationServer.stop();
        return call(demo.resource, REPORT, token);
      },
    },
    {
      ...reporting,
      title: 'authorization server stopped: a token signed with an unknown key gets 503, not 401',
      token: 'signed with an unknown key',
      expected: unavailable('the keys of the authorization server are unavailable'),
      async run({ resource }) {
        if (issuedJustBefore === undefined) throw new Error('run the previous scene first');
        return call(resource, REPORT, issuedJustBefore);
      },
    },
    {
      caller: 'field office',
      request: REPORT,
      title: 'authorization server stopped: an opaque token gets 503, not 401',
      token: 'its own, opaque',
      expected: unavailable('whether the access token is active is unknown now; try again later'),
      async run({ resource }) {
        if (opaque === undefined) throw new Error('run an earlier scene first');
        return call(resource, REPORT, opaque);
      },
    },
  ];
}
