/**
 * Scenes in which the fleet asks the authorization server less often than its processes would, or not at all.
 *
 * @module
 */
import { bearer, callEach } from './calls.js';
import type { Scene } from './scene.js';
import { createToken, type StoryState } from './story-state.js';

const SALES = 'GET /v1/sales';

/** Creates scenes with an opaque token, and with an outage of the authorization server. */
export function createIssuerScenes(state: StoryState): readonly Scene[] {
  return [createOpaqueScene(state), createSnapshotScene(state)];
}

function createOpaqueScene(state: StoryState): Scene {
  return {
    title: 'an opaque token at three processes: the authorization server is asked once',
    expected: ['API 1: 200, API 2: 200, API 3: 200', '1 introspection request'],
    async run({ issuer, apis }) {
      issuer.clock.set(Date.now());
      const token = await issuer.opaque({ scope: 'read:sales', subject: 'ben' });
      state.tokens.push(token);
      const before = issuer.requests.introspection;
      const line = await callEach(apis, SALES, bearer(token));
      return { lines: [line, `${issuer.requests.introspection - before} introspection request`] };
    },
  };
}

function createSnapshotScene(state: StoryState): Scene {
  return {
    title: 'the authorization server is down, and a process starts: it has the keys of the others',
    expected: ['API 4: 200', '0 key requests'],
    async run(fleet) {
      const { issuer } = fleet;
      const token = await createToken(fleet, state, { scope: 'read:sales' });
      const before = issuer.requests.jwks;
      await issuer.stop();
      try {
        const node = await fleet.add('api');
        const line = await callEach([node], SALES, bearer(token));
        return { lines: [line, `${issuer.requests.jwks - before} key requests`] };
      } finally {
        await issuer.start();
      }
    },
  };
}
