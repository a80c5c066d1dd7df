/** RFC 9449 §4.3, the URL of a request: it comes from configuration and the target, not from hosts. */
import { createServer, request as httpRequest } from 'node:http';
import { describe, expect } from 'vitest';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import { openServer } from '../../support/listen.js';
import { accepted, refusedProof, seenOf } from '../support/dpop-answers.js';
import { type CallerOptions, createCaller, TOKEN_STATES } from '../support/dpop-caller.js';
import { type Fixture, type Mounting, RESOURCE, useFixture } from '../support/fixture.js';
import { sendHttp } from '../support/http-client.js';
import { verifies } from '../support/verifies.js';

const refused = refusedProof('proof_url');

/** Guards every path of an application of Express, and answers it. */
function mountEverywhere({ app, api, handler }: Mounting): void {
  app.guard('/', api.requireScope('read'));
  app.express((native) =>
    native.use((req, res) => {
      const { remotePort = 0 } = req.socket;
      const view = { remotePort, original: req, method: req.method };
      const { body } = handler({
        ...view,
        header: () => undefined,
        text: () => Promise.resolve(''),
      });
      res.setHeader('Content-Type', 'application/json');
      res.send(body);
    }),
  );
}

/** Sends a target unchanged, with a proof for a URL. */
async function sendTarget(
  rs: Fixture,
  [method, target]: readonly [method: string, target: string],
  { htu, ...options }: CallerOptions & { readonly htu: string },
): Promise<ReturnType<typeof seenOf>> {
  const caller = await createCaller(rs, options);
  const fields = [
    `Authorization: DPoP ${caller.token}`,
    `DPoP: ${caller.prove({ htu, htm: method })}`,
  ];
  return seenOf(await rs.sendLines([`${method} ${target} HTTP/1.1`, ...fields]));
}

/** Fields with which a sender names another host, or another path. */
const SPOOFED: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example' },
  { host: 'evil.example:443' },
  { host: 'rs.example@evil.example' },
  { host: '[' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-host': 'evil.example, rs.example' },
  { 'x-forwarded-proto': 'http' },
  { 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443', 'x-forwarded-for': '10.0.0.1' },
  { 'x-forwarded-prefix': '/evil' },
  { 'x-forwarded-uri': '/evil', 'x-original-url': '/evil', 'x-rewrite-url': '/evil' },
  { forwarded: 'for=10.0.0.1;host=evil.example;proto=http' },
  { origin: 'https://evil.example', referer: 'https://evil.example/p' },
];

/** The URLs that such a sender may mean. */
const EVIL_URLS = [
  'https://evil.example/p',
  'http://evil.example/p',
  'http://rs.example/p',
  'https://rs.example:8443/p',
  'https://rs.example/evil/p',
  'https://rs.example/evil',
];

forEachFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      if (front.name.startsWith('Express'))
        app.express((native) => native.set('trust proxy', true));
      app.get('/p', api.requireScope('read'), handler);
    },
  });

  describe('hosts that a sender names', () => {
    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'change nothing, even where proxies are trusted',
      async () => {
        for (const state of TOKEN_STATES) {
          for (const headers of SPOOFED) {
            // A Request of the Fetch Standard has no URL if its Host is malformed.
            if (front.joinsFieldLines && /[[@]/.test(headers['host'] ?? '')) continue;
            const name = JSON.stringify(headers);
            const caller = await createCaller(rs, { state });
            for (const htu of EVIL_URLS) {
              const proof = caller.prove({ htu });
              const answer = await rs.send(caller.request(proof, { headers }));
              expect(seenOf(answer), `${htu}, ${name}`).toEqual(refused);
            }
            const good = await rs.send(caller.request(caller.prove(), { headers }));
            expect(seenOf(good), name).toEqual(accepted());
          }
        }
      },
    );
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true }, mount: mountEverywhere });

  describe('target', () => {
    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'that begins with two slashes names no host',
      async () => {
        const target = ['GET', '//evil.example/p'] as const;
        for (const htu of ['https://evil.example/p', `${RESOURCE}/p`, 'http://evil.example/p']) {
          expect(await sendTarget(rs, target, { htu }), htu).toEqual(refused);
        }
        const htu = `${RESOURCE}//evil.example/p`;
        expect(await sendTarget(rs, target, { htu })).toEqual(accepted());
      },
    );

    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'with dot segments has no proof, because routers do not remove them',
      async () => {
        for (const path of ['/a/../p', '/a/%2e%2E/p', '/./p', '/p/..', '/p/.', '/%2e/p', '/..']) {
          for (const htu of [RESOURCE + path, `${RESOURCE}/p`, `${RESOURCE}/`]) {
            const seen = await sendTarget(rs, ['GET', path], { htu });
            expect(seen, `${htu} for ${path}`).toEqual(refused);
          }
        }
      },
    );

    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'in absolute form counts by its path',
      async () => {
        for (const origin of [
          'http://evil.example',
          'https://evil.example:1',
          'http://rs.example',
        ]) {
          const target = ['GET', `${origin}/p?q=1`] as const;
          const evil = await sendTarget(rs, target, { htu: `${origin}/p` });
          expect(evil, origin).toEqual(refused);
          const good = await sendTarget(rs, target, { htu: `${RESOURCE}/p` });
          expect(good, origin).toEqual(accepted());
        }
      },
    );

    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'without a path, or with octets that no URL has, has no proof',
      async () => {
        for (const target of ['*', '/p\\x', '/p%zz', '/p%']) {
          for (const htu of [RESOURCE, `${RESOURCE}/`, `${RESOURCE}/p`, `${RESOURCE}${target}`]) {
            const seen = await sendTarget(rs, ['OPTIONS', target], { htu });
            expect(seen, `${htu} for ${target}`).toEqual(refused);
          }
        }
      },
    );
  });
});

forEachExpressFront((front) => {
  const rs = useFixture(front, {
    server: { dpop: true },
    mount: ({ app, api, handler }) => {
      app.express((native, express) => {
        const router = express.Router();
        native.use('/api', router);
        mountEverywhere({
          api,
          handler,
          app: {
            ...app,
            guard: (path, guard) => router.use(path, guard as never),
            express: (mount) => {
              mount(router as never, express);
            },
          },
        });
      });
    },
  });

  describe('guard in a router', () => {
    verifies(
      ['rfc9449#4.3/request-uri-from-configuration', 'rfc9449#4.3/htu-is-the-uri'],
      'compares the whole path',
      async () => {
        for (const path of ['/api/p', '/api/p/', '/api', '/api/']) {
          const cut = path.slice('/api'.length);
          for (const htu of [RESOURCE + cut, `${RESOURCE}/p`, `${RESOURCE}/api/api${cut}`]) {
            expect(await sendTarget(rs, ['GET', path], { htu }), htu).toEqual(refused);
          }
          const seen = await sendTarget(rs, ['GET', path], { htu: RESOURCE + path });
          expect(seen, path).toEqual(accepted());
        }
      },
    );
  });
});

/** Opens a proxy that strips a prefix from the path, and says so in fields. */
async function openProxy(prefix: string, target: number): Promise<number> {
  const proxy = createServer((req, res) => {
    const { url = '', method, headers } = req;
    const path = url.slice(prefix.length);
    const forwarded = { 'x-forwarded-prefix': prefix, 'x-forwarded-host': 'api.example.com' };
    const upstream = httpRequest(
      { port: target, host: '127.0.0.1', path, method, headers: { ...headers, ...forwarded } },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    req.pipe(upstream);
  });
  return Number((await openServer(proxy)).port);
}

forEachFront((front) => {
  const PUBLIC = 'https://api.example.com/svc';
  const rs = useFixture(front, {
    server: { dpop: { publicUrl: [`${PUBLIC}/`, 'https://internal.example:8443'] } },
  });

  describe('publicUrl', () => {
    verifies(
      'rfc9449#4.3/request-uri-from-configuration',
      'comes before the path that a proxy leaves',
      async () => {
        const port = await openProxy('/svc', rs.port);
        const statusFor = async (htu: string): Promise<number> => {
          const { request, prove } = await createCaller(rs);
          const sent = request(prove({ htu }), { path: '/svc/p?q' });
          return (await sendHttp(sent, { port })).status;
        };
        for (const htu of [`${PUBLIC}/p`, 'https://API.example.com:443/x/../svc/p?q']) {
          expect(await statusFor(htu), htu).toBe(200);
        }
        expect(await statusFor('https://internal.example:8443/p')).toBe(200);
        for (const htu of [
          'https://api.example.com/p',
          `${PUBLIC}/svc/p`,
          `${PUBLIC}p`,
          `${PUBLIC}//p`,
          `${PUBLIC}/../p`,
          'https://internal.example:8443/svc/p',
          'https://internal.example/p',
          `${RESOURCE}/p`,
        ]) {
          expect(await statusFor(htu), htu).toBe(401);
        }
      },
    );
  });
});
