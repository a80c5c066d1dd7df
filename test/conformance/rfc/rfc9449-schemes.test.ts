/** RFC 9449, the schemes of bound and unbound tokens, and the challenges of their refusals. */
import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Answer, fieldLines } from '../support/answer.js';
import { parseChallenges } from '../support/challenge-parser.js';
import {
  accepted,
  expectOneChallengePerLine,
  malformedRequest,
  missingCredentials,
  refusedBearerToken,
  refusedDpopToken,
  seenOf,
} from '../support/dpop-answers.js';
import { createCaller, expectAnswers, PROVER, TOKEN_STATES } from '../support/dpop-caller.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const isCanonical = (text: string): boolean => /[AEIMQUYcgkosw048]$/.test(text);

/** Spellings of a thumbprint, and other members, that are not a confirmation. */
function unreadableConfirmations(jkt: string): readonly unknown[] {
  const last = jkt.slice(-1);
  const next = String.fromCharCode(last.charCodeAt(0) + 1);
  expect(isCanonical(jkt) && !isCanonical(next)).toBe(true);
  return [
    {},
    [],
    'x',
    null,
    true,
    jkt,
    [jkt],
    { jkt: 1 },
    { jkt: null },
    { jkt: [jkt] },
    { jkt: jkt.slice(1) },
    { jkt: `${jkt}A` },
    { jkt: `${jkt}=` },
    { jkt: jkt.slice(0, -1) + next },
    { jkt: `${jkt.slice(0, -1)}+` },
    { foo: 1 },
    { JKT: jkt },
    { jwk: PROVER.jwk },
    { jkt, 'x5t#S256': jkt },
  ];
}

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      app.get('/p', api.requireScope('read'), handler);
      app.get('/write', api.requireScope('read', 'write'), handler);
      app.get('/bound', api.require({ scope: 'read', senderConstraint: 'dpop' }), handler);
      app.get('/any', api.require({ scope: 'read', senderConstraint: 'any' }), handler);
    },
  });

  describe('bound token', () => {
    verifies(
      ['rfc9449#7.1/bound-token-with-proof', 'rfc9449#6/binding-is-known'],
      'is accepted with the scheme DPoP and its proof, on every route',
      async () => {
        for (const path of ['/p', '/bound', '/any']) {
          const url = `${RESOURCE}${path}`;
          const caller = await createCaller(rs);
          const request = caller.request(caller.prove({ htu: url }), { path });
          expect(seenOf(await rs.send(request)), path).toEqual(accepted());
          const again = caller.prove({ htu: url, jti: randomUUID() });
          expect(seenOf(await rs.send(caller.request(again, { path })))).toEqual(accepted());
        }
      },
    );

    verifies(
      'rfc9449#7.1/bound-token-with-proof',
      'is accepted whatever the case of the scheme, and however many spaces follow it',
      async () => {
        for (const scheme of ['dpop ', 'DPOP ', 'dPoP   ']) {
          const caller = await createCaller(rs);
          const headers = { authorization: `${scheme}${caller.token}`, dpop: caller.prove() };
          expect(seenOf(await rs.send({ headers })), scheme).toEqual(accepted());
        }
      },
    );

    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'is refused as a bearer token, with and without a good proof',
      async () => {
        await expectAnswers(
          rs,
          {
            'no proof': ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
            'a good proof': ({ token, prove }) => ({
              headers: { authorization: `Bearer ${token}`, dpop: prove() },
            }),
          },
          refusedBearerToken('sender_constraint'),
        );
      },
    );

    verifies(
      'rfc7800#3.1/unknown-confirmation-refused',
      'is refused with a proof if its confirmation is not understood',
      async () => {
        for (const cnf of unreadableConfirmations(PROVER.thumbprint)) {
          const name = JSON.stringify(cnf);
          const caller = await createCaller(rs, { token: { claims: { cnf } } });
          const expected = refusedDpopToken('sender_constraint');
          expect(seenOf(await rs.send(caller.request())), name).toEqual(expected);
          const headers = { authorization: `Bearer ${caller.token}` };
          const asBearer = refusedBearerToken('sender_constraint');
          expect(seenOf(await rs.send({ headers })), name).toEqual(asBearer);
        }
      },
    );

    verifies(
      'rfc9449#6/binding-is-known',
      'is accepted with unknown members beside the thumbprint',
      async () => {
        const cnf = { jkt: PROVER.thumbprint, 'kc-jkt-type': 'DPoP', foo: {} };
        const caller = await createCaller(rs, { token: { claims: { cnf } } });
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
      },
    );

    verifies(
      'rfc9449#7.1/bound-token-with-proof',
      'is refused for the scope that it lacks, with the scheme that was used',
      async () => {
        for (const state of TOKEN_STATES) {
          const caller = await createCaller(rs, { state });
          const proof = caller.prove({ htu: `${RESOURCE}/write` });
          const answer = await rs.send(caller.request(proof, { path: '/write' }));
          expect(answer.status).toBe(403);
          const [challenge, ...others] = parseChallenges(
            fieldLines(answer, 'www-authenticate').join(', '),
          );
          expect(others).toEqual([]);
          expect(challenge).toMatchObject({
            scheme: 'DPoP',
            params: { error: 'insufficient_scope', scope: 'read write' },
          });
        }
      },
    );
  });

  describe('unbound token', () => {
    verifies(
      'rfc9449#7.1/unbound-token-under-dpop-refused',
      'is refused with the scheme DPoP and a good proof',
      async () => {
        for (const isCached of [false, true]) {
          const caller = await createCaller(rs, { token: { claims: {} } });
          if (isCached) expect(await rs.present(caller.token)).toBe('200');
          const expected = refusedDpopToken('unbound');
          expect(seenOf(await rs.send(caller.request()))).toEqual(expected);
        }
      },
    );

    verifies(
      'rfc9449#7.1/unbound-token-under-dpop-refused',
      'is accepted as a bearer token, even if a proof is with it',
      async () => {
        const token = await rs.mint();
        const { prove } = await createCaller(rs);
        expect(await rs.present(token)).toBe('200');
        for (const dpop of [prove(), 'x', 'a, b', '']) {
          const headers = { authorization: `Bearer ${token}`, dpop };
          expect(seenOf(await rs.send({ headers })), dpop).toEqual(accepted());
        }
      },
    );

    verifies(
      ['rfc9449#7.1/constrained-route-refuses-unbound', 'rfc9700#2.2.1/sender-constrained-tokens'],
      'is refused by a route that requires a bound one, which names its scheme alone',
      async () => {
        const token = await rs.mint();
        expect(await rs.present(token)).toBe('200');
        for (const path of ['/bound', '/any']) {
          const headers = { authorization: `Bearer ${token}` };
          const expected = missingCredentials({ schemes: ['DPoP'] });
          expect(seenOf(await rs.send({ path, headers })), path).toEqual(expected);
          const caller = await createCaller(rs, { token: { claims: {} } });
          const proof = caller.prove({ htu: `${RESOURCE}${path}` });
          const answer = await rs.send(caller.request(proof, { path }));
          expect(seenOf(answer), path).toEqual(refusedDpopToken('unbound'));
        }
      },
    );
  });

  describe('challenges', () => {
    const expectLines = (answer: Answer, ...schemes: string[]): void => {
      if (!front.joinsFieldLines) expectOneChallengePerLine(answer, schemes);
    };

    verifies(
      [
        'rfc9449#7.2/error-in-challenge-of-used-scheme',
        'rfc9449#7.1/dpop-challenge-names-algorithms',
      ],
      'are bare for both schemes without credentials of either',
      async () => {
        const { token, prove } = await createCaller(rs);
        const requests: Readonly<Record<string, Readonly<Record<string, string>>>> = {
          nothing: {},
          'an empty field': { authorization: '' },
          'another scheme': { authorization: `Basic ${token}` },
          'a longer scheme': { authorization: `DPoPx ${token}` },
          'a proof alone': { dpop: prove() },
        };
        for (const [name, headers] of Object.entries(requests)) {
          const answer = await rs.send({ headers });
          expect(seenOf(answer), name).toEqual(missingCredentials());
          expectLines(answer, 'Bearer', 'DPoP');
        }
      },
    );

    verifies(
      'rfc9449#7.2/error-in-challenge-of-used-scheme',
      'name the error in the one of the scheme that was used',
      async () => {
        const { token } = await createCaller(rs);
        const forged = await rs.issuer.forge.tampered({
          claims: { cnf: { jkt: PROVER.thumbprint } },
        });
        const expired = await rs.mint({ expiresInSeconds: -60 });
        for (const [bad, reason] of [
          [`${token}.`, 'malformed'],
          ['x', 'malformed'],
          [forged, 'signature'],
          [expired, 'expired'],
        ] as const) {
          const asBearer = await rs.send({ headers: { authorization: `Bearer ${bad}` } });
          expect(seenOf(asBearer), reason).toEqual(refusedBearerToken(reason));
          expectLines(asBearer, 'Bearer', 'DPoP');
          const asDpop = await rs.send({ headers: { authorization: `DPoP ${bad}` } });
          expect(seenOf(asDpop), reason).toEqual(refusedDpopToken(reason));
          expectLines(asDpop, 'DPoP');
        }
      },
    );

    verifies(
      'rfc9449#7.2/error-in-challenge-of-used-scheme',
      'name a malformed Authorization field in the one of its scheme',
      async () => {
        const { token } = await createCaller(rs);
        for (const authorization of ['Bearer', `Bearer ${token} x`, 'Bearer "x"']) {
          const answer = await rs.send({ headers: { authorization } });
          const expected = malformedRequest('malformed_authorization', { failed: 'Bearer' });
          expect(seenOf(answer), authorization).toEqual(expected);
        }
        for (const authorization of ['DPoP', 'dpop', `DPoP ${token} x`, 'DPoP "x"', 'DPoP x,y']) {
          const answer = await rs.send({ headers: { authorization } });
          const expected = malformedRequest('malformed_dpop_authorization', { schemes: ['DPoP'] });
          expect(seenOf(answer), authorization).toEqual(expected);
        }
      },
    );

    verifies(
      'rfc9449#7.2/error-in-challenge-of-used-scheme',
      'name several Authorization fields in both',
      async () => {
        const caller = await createCaller(rs);
        const lines = [
          `Authorization: DPoP ${caller.token}`,
          `Authorization: Bearer ${caller.token}`,
        ];
        for (const pair of [lines, [...lines].reverse(), [lines[0] ?? '', lines[0] ?? '']]) {
          const answer = await rs.sendLines([
            'GET /p HTTP/1.1',
            ...pair,
            `DPoP: ${caller.prove()}`,
          ]);
          expect(answer.status).toBe(400);
          expect(answer.handlerRan).toBe(false);
          // The Fetch Standard joins the lines of a field, so two of them look like a malformed one.
          if (front.joinsFieldLines) continue;
          expect(seenOf(answer)).toEqual(malformedRequest('repeated_authorization'));
          expectLines(answer, 'Bearer', 'DPoP');
        }
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
      },
    );
  });
});

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: { algorithms: ['ES256', 'PS256'] }, credentials: ['header', 'query'] },
  });

  /** The parts of challenges that the figures of the RFC show; the order of challenges is free. */
  const partsOf = (challenges: string): readonly unknown[] =>
    parseChallenges(challenges)
      .map(({ scheme, params: { error, error_description, algs } }) => ({
        scheme,
        error,
        algs,
        hasDescription: error_description !== undefined,
      }))
      .sort((one, other) => one.scheme.localeCompare(other.scheme));

  const expectFigure = async (request: object, figure: string): Promise<void> => {
    const answer = await rs.send(request);
    expect(partsOf(fieldLines(answer, 'www-authenticate').join(', '))).toEqual(partsOf(figure));
  };

  describe('figures of RFC 9449', () => {
    verifies(
      'rfc9449#7.2/error-in-challenge-of-used-scheme',
      '16 to 19 are our answers',
      async () => {
        const caller = await createCaller(rs);
        const { token } = await createCaller(rs, {
          token: { claims: { cnf: { jkt: 'A'.repeat(43) } } },
        });
        const headers = { authorization: `DPoP ${token}`, dpop: caller.prove({ token }) };
        const description = 'error_description="Invalid DPoP key binding"';
        await expectFigure(
          { headers },
          `DPoP error="invalid_token", ${description}, algs="ES256 PS256"`,
        );
        await expectFigure({}, 'Bearer, DPoP algs="ES256 PS256"');
        await expectFigure(
          { headers: { authorization: 'Bearer INVALID_TOKEN' } },
          'Bearer error="invalid_token", error_description="Invalid token", DPoP algs="ES256 PS256"',
        );
        const multiple =
          'error="invalid_request", error_description="Multiple methods used to include access token"';
        await expectFigure(
          { ...caller.request(), path: `/p?access_token=${caller.token}` },
          `Bearer ${multiple}, DPoP algs="ES256 PS256", ${multiple}`,
        );
      },
    );
  });
});
