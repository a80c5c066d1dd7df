/** RFC 9449, bound tokens where nothing checks their proofs. */
import { randomUUID } from 'node:crypto';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { missingCredentials, seenOf } from '../support/dpop-answers.js';
import { createCaller, PROVER } from '../support/dpop-caller.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);

  describe('token bound to a key, where DPoP is off', () => {
    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'is refused as a bearer token, with or without proof',
      async () => {
        const { token, prove } = await createCaller(rs);
        const authorization = `Bearer ${token}`;
        expect(await rs.outcome({ headers: { authorization } })).toBe('401-it');
        expect(await rs.outcome({ headers: { authorization, dpop: prove() } })).toBe('401-it');
      },
    );

    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'is refused even if it is valid otherwise',
      async () => {
        const cnf = { jkt: PROVER.thumbprint };
        expect(await rs.present(await rs.mint())).toBe('200');
        for (const scope of ['read', 'write']) {
          const token = await rs.mint({ scope, claims: { cnf } });
          expect(await rs.present(token), scope).toBe('401-it');
        }
      },
    );

    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'does not count as credentials with the scheme DPoP, which no challenge names',
      async () => {
        const bound = await createCaller(rs);
        const unbound = await createCaller(rs, { token: { claims: {} } });
        for (const caller of [bound, unbound]) {
          const answer = await rs.send(caller.request());
          expect(seenOf(answer)).toEqual(missingCredentials({ schemes: ['Bearer'] }));
        }
      },
    );
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front);

  describe('verify()', () => {
    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'refuses a bound token, also once the possession of its key was proven',
      async () => {
        const dpop = { publicUrl: RESOURCE };
        const verifier = createAccessTokenVerifier({ ...rs.issuer.options(), dpop });
        const caller = await createCaller(rs);
        const refusal = { code: 'ERR_BEARER_INVALID_TOKEN', reason: 'sender_constraint' };
        await expect(verifier.verify(caller.token)).rejects.toMatchObject(refusal);
        for (const attempt of ['first', 'second']) {
          const presented = await verifier.verifyPresented({
            scheme: 'DPoP',
            token: caller.token,
            proofs: [caller.prove({ jti: randomUUID() })],
            method: 'GET',
            target: '/p',
          });
          expect(presented.token.confirmation, attempt).toMatchObject({ jkt: PROVER.thumbprint });
          await expect(verifier.verify(caller.token), attempt).rejects.toMatchObject(refusal);
        }
        verifier.close();
      },
    );

    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'refuses a bound token in verifyPresented() as well, without the scheme or the option',
      async () => {
        const { token, prove } = await createCaller(rs);
        const refusal = { code: 'ERR_BEARER_INVALID_TOKEN', reason: 'sender_constraint' };
        for (const dpop of [undefined, { publicUrl: RESOURCE }]) {
          const verifier = createAccessTokenVerifier({ ...rs.issuer.options(), dpop });
          for (const scheme of ['Bearer', ...(dpop ? [] : ['DPoP' as const])] as const) {
            const request = { proofs: [prove()], method: 'GET', target: '/p' };
            const presented = verifier.verifyPresented({ scheme, token, ...request });
            await expect(presented, scheme).rejects.toMatchObject(refusal);
          }
          verifier.close();
        }
      },
    );
  });
});
