/**
 * Scenes in which the authorization server rotates its keys and stops.
 *
 * @module
 */
import { accepted, unavailable } from './answer.js';
import { call, REPORT, requestReportToken } from './requests.js';
import type { Scene } from './scene.js';

/** Creates scenes with a rotated key, then with a cached and an unknown key during an outage. */
export function createKeyScenes(): readonly Scene[] {
  let issuedJustBefore: string | undefined;
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
  ];
}
