/**
 * Scenes with an opaque token: accepted, and refused as soon as it is revoked.
 *
 * @module
 */
import { accepted, invalidToken } from './answer.js';
import type { Demo } from './demo.js';
import { call, READ, REPORT, requestToken } from './requests.js';
import type { Scene } from './scene.js';

/** Creates the scenes. The second one revokes the token of the first. */
export function createOpaqueTokenScenes(): readonly Scene[] {
  let token: string | undefined;
  const reporting = { caller: 'field office', request: REPORT };
  return [
    {
      ...reporting,
      title: 'an opaque token is accepted, because the authorization server says that it is active',
      token: 'its own, opaque',
      expected: accepted(200),
      async run(demo) {
        token = await requestOpaqueToken(demo);
        return call(demo.resource, REPORT, token);
      },
    },
    {
      ...reporting,
      title: 'a revoked token is refused, although it has not expired',
      token: 'its own, revoked',
      expected: invalidToken('inactive', 'the access token is not active', READ),
      async run(demo) {
        if (token === undefined) throw new Error('run the previous scene first');
        await revokeOpaqueToken(demo, token);
        return call(demo.resource, REPORT, token);
      },
    },
  ];
}

/** Requests a token for the field office, which only the authorization server can read. */
export function requestOpaqueToken(demo: Demo): Promise<string> {
  const { authorizationServer, fieldClient, resource } = demo;
  return requestToken(authorizationServer, fieldClient, { resource, scope: READ });
}

/** Revokes an opaque token of the field office. RFC 7009 §2.1. */
export async function revokeOpaqueToken(
  { authorizationServer: { issuer }, fieldClient: { clientId, clientSecret } }: Demo,
  token: string,
): Promise<void> {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const { ok } = await fetch(`${issuer}/token/revocation`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token }),
  });
  if (!ok) throw new Error('the token was not revoked');
}
