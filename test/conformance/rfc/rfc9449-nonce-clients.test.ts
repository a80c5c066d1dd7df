/** RFC 9449 §9, nonce demands as the libraries of clients read them. */
import { randomBytes } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const secret = randomBytes(32);

forEachFront((front) => {
  const rs = useFixture(front, { server: { dpop: { nonce: { secret } } } });

  /** Sends requests for the public URL to the loopback address. */
  const toLoopback = async (url: string | URL, init?: object): Promise<Response> => {
    const { pathname, search } = new URL(url);
    return fetch(`http://127.0.0.1:${rs.port}${pathname}${search}`, init);
  };

  /** A client of oauth4webapi with a token that is bound to its key. */
  const openClient = async (): Promise<() => Promise<Response>> => {
    const keyPair = await oauth.generateKeyPair('ES256');
    const jkt = await oauth.DPoP({}, keyPair).calculateThumbprint();
    const token = await rs.mint({ claims: { cnf: { jkt } } });
    const handle = oauth.DPoP({}, keyPair);
    const options = { DPoP: handle, [oauth.customFetch]: toLoopback };
    const url = new URL(`${RESOURCE}/p`);
    return () => oauth.protectedResourceRequest(token, 'GET', url, undefined, null, options);
  };

  describe('nonce demand', () => {
    verifies(
      ['rfc9449#9/nonce-challenge-stands-alone', 'rfc9449#9/nonce-demanded-by-401'],
      'is understood by oauth4webapi, which succeeds with the second request',
      async () => {
        const request = await openClient();
        const error: unknown = await request().then(undefined, (reason: unknown) => reason);
        expect(oauth.isDPoPNonceError(error)).toBe(true);
        expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
        const { cause } = error as oauth.WWWAuthenticateChallengeError; // as was just asserted
        expect(cause).toHaveLength(1);
        for (const attempt of ['second', 'third']) {
          expect((await request()).status, attempt).toBe(200);
        }
        // The new nonce of a good response is used for the next request.
        rs.issuer.clock.advance(60_000);
        const renewed = await request();
        expect([renewed.status, renewed.headers.has('dpop-nonce')]).toEqual([200, true]);
        const next = await request();
        expect([next.status, next.headers.has('dpop-nonce')]).toEqual([200, false]);
        rs.issuer.clock.advance(180_000);
        const stale: unknown = await request().then(undefined, (reason: unknown) => reason);
        expect(oauth.isDPoPNonceError(stale)).toBe(true);
        expect((await request()).status).toBe(200);
      },
    );

    verifies(
      'rfc9449#9/nonce-challenge-stands-alone',
      'is the first challenge, and names the error as clients look for it',
      async () => {
        const keys = await openClient();
        const error: unknown = await keys().then(undefined, (reason: unknown) => reason);
        const { response } = error as oauth.WWWAuthenticateChallengeError;
        const challenge = response.headers.get('www-authenticate') ?? '';
        // How the client of atproto looks for it.
        expect(challenge.startsWith('DPoP')).toBe(true);
        expect(challenge).toContain('error="use_dpop_nonce"');
        // How clients of other languages look for it.
        expect(challenge).toMatch(/^DPoP\s.*\berror="use_dpop_nonce"/);
        expect(challenge).not.toMatch(/bearer/i);
        expect(response.headers.get('dpop-nonce')).toMatch(/^[-\w]{43}$/);
      },
    );
  });
});
