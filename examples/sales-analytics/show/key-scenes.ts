/**
 * Scenes in which the authorization server changes its keys, and stops.
 *
 * @module
 */
import { accepted } from './promised.js';
import { call, REPORT, requestReportToken } from './requests.js';
import type { Scene } from './scene.js';

/** A rotated key, then an outage: with a known key, with an unknown one. Play them in order. */
export function createKeyScenes(): readonly Scene[] {
  let issuedJustBefore: string | undefined;
  const reporting = { caller: 'report service', request: REPORT };
  return [
    {
      ...reporting,
      title: 'a rotated key works at once',
      token: 'signed with a new key',
      promised: accepted(200),
      async play(stage) {
        stage.authorizationServer.rotateKeys();
        return call(stage.resource, REPORT, await requestReportToken(stage));
      },
    },
    {
      ...reporting,
      title: 'authorization server stopped: a known key still works',
      token: 'signed with a known key',
      promised: accepted(200),
      async play(stage) {
        const token = await requestReportToken(stage);
        stage.authorizationServer.rotateKeys();
        issuedJustBefore = await requestReportToken(stage);
        await stage.authorizationServer.stop();
        return call(stage.resource, REPORT, token);
      },
    },
    {
      ...reporting,
      title: 'authorization server stopped: an unknown key is not held against the caller',
      token: 'signed with a brand-new key',
      promised: {
        status: 503,
        reason: 'unavailable',
        retryAfter: true,
        problem: { detail: 'the keys of the authorization server are unavailable' },
      },
      async play({ resource }) {
        if (issuedJustBefore === undefined) throw new Error('the outage has not begun');
        return call(resource, REPORT, issuedJustBefore);
      },
    },
  ];
}
