/** RFC 9449 §4.3, the method and the URL of a proof. */
import { describe, expect } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { accepted, refusedProof, seenOf } from '../support/dpop-answers.js';
import {
  createCaller,
  expectAnswers,
  expectRefusals,
  type ProofFactory,
  type RequestTable,
  TOKEN_STATES,
  withProofs,
} from '../support/dpop-caller.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

/** A proof for each of these URLs. */
function withUrls(urls: readonly string[]): Readonly<Record<string, ProofFactory>> {
  return Object.fromEntries(
    urls.map((htu): [string, ProofFactory] => [htu, ({ prove }) => prove({ htu })]),
  );
}

/** A proof for each of these methods. */
function withMethods(methods: readonly string[]): Readonly<Record<string, ProofFactory>> {
  return Object.fromEntries(
    methods.map((htm): [string, ProofFactory] => [htm, ({ prove }) => prove({ htm })]),
  );
}

/** Other URLs than that of `GET /p`, or none. */
const OTHER_URLS = [
  '',
  '/p',
  'p',
  '//rs.example/p',
  'rs.example/p',
  RESOURCE,
  `${RESOURCE}/`,
  `${RESOURCE}/p/`,
  `${RESOURCE}//p`,
  `${RESOURCE}/P`,
  `${RESOURCE}/p.`,
  `${RESOURCE}/p;a=1`,
  `${RESOURCE}/q`,
  `${RESOURCE}/p/q`,
  `${RESOURCE}/x/p`,
  `${RESOURCE}/p%2F`,
  `${RESOURCE}%2Fp`,
  `${RESOURCE}/p%20`,
  `${RESOURCE}/p%00`,
  `${RESOURCE}/%`,
  `${RESOURCE}/p%3Fx`,
  `${RESOURCE}/../p/..`,
  'http://rs.example/p',
  'wss://rs.example/p',
  'ftp://rs.example/p',
  'httpss://rs.example/p',
  'https:rs.example/p',
  'https:/rs.example/p',
  'https:///rs.example/p',
  'https://rs.example:8443/p',
  'https://rs.example:80/p',
  'https://rs.example:4430/p',
  'https://rs.example:0443/p',
  'https://rs.example:x/p',
  'https://rs.example:443:443/p',
  'https://rs.example.:443/p',
  'https://rs.example.evil.example/p',
  'https://evil.example/p',
  'https://evil.example/rs.example/p',
  'https://evil.example#@rs.example/p',
  'https://rs.example@evil.example/p',
  'https://user@rs.example/p',
  'https://user:secret@rs.example/p',
  'https://@rs.example/p',
  'https://rs%2Eexample/p',
  'https://rs。example/p',
  'https://ｒｓ.example/p',
  'https://[::1]/p',
  'https://127.0.0.1/p',
  'https:\\\\rs.example\\p',
  'https://rs.example\\p',
  `${RESOURCE}\\p`,
  `${RESOURCE}/p\\`,
  `\t${RESOURCE}/p`,
  `${RESOURCE}/p\t`,
  `${RESOURCE}/\tp`,
  `${RESOURCE}/p\n`,
  ` ${RESOURCE}/p`,
  `${RESOURCE}/p `,
  `${RESOURCE}/p\0`,
  `${RESOURCE}/ｐ`,
  `${RESOURCE}/p\u200b`,
  `${RESOURCE}/p\u0301`,
  `<${RESOURCE}/p>`,
];

/** Other spellings of the URL of `GET /p`. RFC 3986 §6.2.2, §6.2.3. */
const SPELLINGS = [
  `${RESOURCE}/p`,
  'HTTPS://RS.example/p',
  'https://RS.EXAMPLE:443/p',
  'https://rs.example:/p',
  `${RESOURCE}/%70`,
  `${RESOURCE}/./p`,
  `${RESOURCE}/a/../p`,
  `${RESOURCE}/a/%2e%2e/p`,
  `${RESOURCE}/a/b/%2E./../p`,
  `${RESOURCE}/../p`,
  `${RESOURCE}/p?`,
  `${RESOURCE}/p?q=1`,
  `${RESOURCE}/p#f`,
  `${RESOURCE}/p?a=/../b#c?d`,
  `HTTPS://rs.EXAMPLE:443/x/../%70?q#f`,
];

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      app.all('/p', api.requireScope('read'), handler);
    },
  });

  describe('htm of a proof', () => {
    verifies('rfc9449#4.3/htm-is-the-method', 'is the method, octet by octet', async () => {
      const names = ['get', 'Get', 'GET ', ' GET', 'POST', 'HEAD', 'GETS', 'G\u0435T', ''];
      const expected = refusedProof('proof_method');
      await expectRefusals(rs, withProofs(withMethods(names)), expected);
    });

    verifies('rfc9449#4.3/htm-is-the-method', 'is that of each method', async () => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const caller = await createCaller(rs);
        const forGet = method === 'GET' ? 'POST' : 'GET';
        const other = caller.request(caller.prove({ htm: forGet }), { method });
        expect(seenOf(await rs.send(other)), method).toEqual(refusedProof('proof_method'));
        const good = caller.request(caller.prove({ htm: method }), { method });
        expect(seenOf(await rs.send(good)), method).toEqual(accepted());
      }
    });

    verifies('rfc9449#4.3/htm-is-the-method', 'is HEAD for HEAD, not GET', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        const answer = await rs.send(caller.request(caller.prove(), { method: 'HEAD' }));
        const expected = { ...refusedProof('proof_method'), body: '' };
        expect(seenOf(answer)).toEqual(expected);
        const good = caller.request(caller.prove({ htm: 'HEAD' }), { method: 'HEAD' });
        expect(await rs.send(good)).toMatchObject({ status: 200, handlerRan: true });
      }
    });
  });

  describe('htu of a proof', () => {
    verifies(
      ['rfc9449#4.3/htu-is-the-uri', 'rfc9449#4.3/uris-normalised-before-comparison'],
      'is the URL of the request and no other',
      async () => {
        // Fronts differ in the target that they report, not in its comparison.
        const isExpress = front.parsesBodiesFirst;
        const urls = OTHER_URLS.filter((_url, place) => isExpress || place % 8 === 0);
        await expectRefusals(rs, withProofs(withUrls(urls)), refusedProof('proof_url'));
      },
    );

    verifies(
      ['rfc9449#4.3/htu-is-the-uri', 'rfc9449#4.3/uris-normalised-before-comparison'],
      'is compared in its normal form, without query and fragment',
      async () => {
        await expectAnswers(rs, withProofs(withUrls(SPELLINGS)), accepted());
      },
    );

    verifies('rfc9449#4.3/htu-is-the-uri', 'has no part in the query of the request', async () => {
      const table: RequestTable = Object.fromEntries(
        ['/p?q=1', '/p?', '/p?q=/../x', '/p?q=%zz', '/p?//evil.example'].map((path) => [
          path,
          (caller) => caller.request(caller.prove(), { path }),
        ]),
      );
      await expectAnswers(rs, table, accepted());
      const absolute = ({ prove }: Parameters<ProofFactory>[0]): string =>
        prove({ htu: `${RESOURCE}/x?/p` });
      await expectRefusals(rs, withProofs({ absolute }), refusedProof('proof_url'));
    });
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      // As the package method-override does.
      app.express((native) =>
        native.use((req, _res, next) => {
          const override = req.headers['x-http-method-override'];
          if (typeof override === 'string') {
            Object.assign(req, { originalMethod: req.method, method: override });
          }
          next();
        }),
      );
      app.delete('/p', api.requireScope('read'), handler);
      app.get('/p', api.requireScope('read'), handler);
      app.get('/u/:name', api.requireScope('read'), handler);
    },
  });

  describe('htu of a proof for an escaped target', () => {
    verifies(
      'rfc9449#4.3/uris-normalised-before-comparison',
      'is compared with the normal form of the target',
      async () => {
        const targets = ['/u/~a%20b', '/u/%7ea%20b', '/u/%7E%61%20b'];
        for (const path of targets) {
          for (const htu of targets) {
            const caller = await createCaller(rs);
            const proof = caller.prove({ htu: RESOURCE + htu });
            const seen = seenOf(await rs.send(caller.request(proof, { path })));
            expect(seen, `${htu} for ${path}`).toEqual(accepted());
          }
        }
      },
    );
  });

  describe('htm of a proof behind method-override', () => {
    verifies('rfc9449#4.3/htm-is-the-method', 'is the method that was sent', async () => {
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        const send = async (htm: string): Promise<unknown> => {
          const headers = { 'x-http-method-override': 'DELETE' };
          const request = caller.request(caller.prove({ htm }), { method: 'POST', headers });
          return seenOf(await rs.send(request));
        };
        expect(await send('DELETE')).toEqual(refusedProof('proof_method'));
        expect(await send('POST')).toEqual(accepted());
      }
    });
  });
});
