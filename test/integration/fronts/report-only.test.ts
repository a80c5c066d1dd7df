/**
 * Guards that only report, in every framework.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import { forgeries, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import type { Front, FrontApp, FrontResourceServer } from '../../support/fronts/front.js';
import { FRONTS } from '../../support/fronts/fronts.js';
import { openIssuer } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { askOne, type WholeAnswer } from './all-fronts.js';
import { json } from './sales-api.js';

const UNTIL_MS = Date.now() + 86_400_000;
const until = new Date(UNTIL_MS).toISOString();

interface Served {
  readonly api: FrontResourceServer;
  readonly ask: (path: string, ...fields: readonly string[]) => Promise<WholeAnswer>;
}

async function serve(
  front: Front,
  options: object,
  declare: (app: FrontApp, api: FrontResourceServer) => void,
): Promise<Served> {
  const trust = 'issuer' in options ? {} : SECRET_OPTIONS;
  const api = front.createResourceServer({ ...trust, ...options });
  const { url, close } = await front.serve((app) => {
    declare(app, api);
  });
  onTestFinished(async () => {
    api.close();
    await close();
  });
  return { api, ask: (path, ...fields) => askOne(url, [`GET ${path} HTTP/1.1`, ...fields]) };
}

const bearer = (token: string): string => `Authorization: Bearer ${token}`;

/** Decisions that are published when a response ends arrive after it. */
async function waitForLength(events: readonly unknown[], length: number): Promise<void> {
  while (events.length < length) await setImmediate();
}

function openGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function listRefused(issuer: TestIssuer): Promise<ReadonlyMap<string, readonly string[]>> {
  const refused = new Map<string, readonly string[]>([
    ['no credentials', []],
    ['another scheme', ['Authorization: Basic YTpi']],
    ['two tokens', [bearer('abc'), bearer('abc')]],
    ['a scope that is missing', [bearer(await issuer.mint({ scope: 'write' }))]],
  ]);
  for (const { name } of forgeries) {
    refused.set(name, [bearer(await issuer.forge[name]({ scope: 'read' }))]);
  }
  return refused;
}

describe.each(FRONTS)('dangerouslyReportOnly with $name', (front) => {
  it('answers as without the guard whatever it would refuse', async () => {
    const issuer = await openIssuer();
    const { api, ask } = await serve(front, issuer.options(), (app, server) => {
      const reporting = server.dangerouslyReportOnly(server.requireScope('read'), { until });
      app.get('/bare', () => json({ rows: 1 }));
      app.get('/reported', reporting, () => json({ rows: 1 }));
      app.get('/guarded', server.requireScope('read'), () => json({ rows: 1 }));
    });
    await api.ready();
    for (const [what, fields] of await listRefused(issuer)) {
      const bare = await ask('/bare', ...fields);
      expect(await ask('/reported', ...fields), what).toEqual(bare);
      expect((await ask('/guarded', ...fields)).status, what).toBeGreaterThanOrEqual(400);
    }
  });

  it('publishes what it would have refused as unenforced, with the reason of its refusal', async () => {
    const events = listenToDecisions();
    const { ask } = await serve(front, { scopes: ['read'] }, (app, api) => {
      app.get('/reported', api.dangerouslyReportOnly(api.requireScope('read'), { until }), () =>
        json({}),
      );
    });
    const tokens = [
      undefined,
      signToken({ exp: 1 }),
      signToken({ scope: '' }),
      signToken({ scope: 'read' }),
    ];
    for (const token of tokens)
      await ask('/reported', ...(token === undefined ? [] : [bearer(token)]));
    await waitForLength(events, 4);
    expect(events.map(({ outcome, reason, guard }) => [outcome, reason, guard])).toEqual([
      ['unenforced', 'missing_credentials', 'requireScope'],
      ['unenforced', 'expired', 'requireScope'],
      ['unenforced', 'scope', 'requireScope'],
      ['allowed', undefined, 'requireScope'],
    ]);
    expect(events[0]?.policy?.reportOnlyUntil).toBe(until);
  });

  it('enforces its policy from its date on, at the millisecond', async () => {
    let now = UNTIL_MS - 1;
    const { api, ask } = await serve(front, { clock: () => now }, (app, server) => {
      app.get(
        '/reported',
        server.dangerouslyReportOnly(server.requireAccessToken(), { until }),
        () => json({}),
      );
    });
    expect(api.health().reportOnly).toEqual([{ guard: 'requireAccessToken', until }]);
    expect((await ask('/reported')).status).toBe(200);
    now = UNTIL_MS;
    const { status, headers } = await ask('/reported');
    expect([status, headers['vary'], headers['www-authenticate']]).toEqual([
      401,
      'Authorization',
      'Bearer realm="https://api.example.com"',
    ]);
    expect(api.health().reportOnly).toEqual([]);
  });

  it('gives the handler only a token that it would accept', async () => {
    const { ask } = await serve(front, {}, (app, api) => {
      app.get(
        '/',
        api.dangerouslyReportOnly(api.requireScope('read'), { until }),
        ({ original }) => {
          const read = (): unknown => api.accessToken(original).clientId;
          try {
            return json([api.accessTokenIfAny(original)?.clientId, read()]);
          } catch (error) {
            return json([api.accessTokenIfAny(original)?.clientId, String(error)]);
          }
        },
      );
    });
    const message =
      'TypeError: this request has no token that the guard accepts, and the guard only reports; use accessTokenIfAny()';
    for (const fields of [[], [bearer(signToken({ scope: 'write' }))], [bearer('abc')]]) {
      expect(JSON.parse((await ask('/', ...fields)).body)).toEqual([null, message]);
    }
    const accepted = await ask('/', bearer(signToken({ scope: 'read' })));
    expect(JSON.parse(accepted.body)).toEqual(['reports', 'reports']);
  });

  it('waits for no issuer, and publishes its decision later', async () => {
    const events = listenToDecisions();
    const issuer = await openIssuer();
    const { opened, open } = openGate();
    const hanging = async (...given: Parameters<typeof fetch>): Promise<Response> => {
      await opened;
      return fetch(...given);
    };
    const { ask } = await serve(front, { ...issuer.options(), fetch: hanging }, (app, api) => {
      app.get('/', api.dangerouslyReportOnly(api.requireScope('read'), { until }), ({ original }) =>
        json(api.accessTokenIfAny(original) === undefined),
      );
    });
    const answer = await ask('/', bearer(await issuer.mint({ scope: 'write' })));
    expect([answer.status, answer.body]).toEqual([200, 'true']);
    expect(events).toEqual([]);
    open();
    await waitForLength(events, 1);
    expect(events).toMatchObject([{ outcome: 'unenforced', reason: 'scope', method: 'GET' }]);
  });

  it('publishes that the keys are unavailable, and lets the request pass', async () => {
    const events = listenToDecisions();
    const issuer = await openIssuer();
    const failing = (): Promise<Response> => Promise.reject(new Error('no network'));
    const { ask } = await serve(front, { ...issuer.options(), fetch: failing }, (app, api) => {
      app.get('/', api.dangerouslyReportOnly(api.requireAccessToken(), { until }), () => json({}));
    });
    expect((await ask('/', bearer(await issuer.mint()))).status).toBe(200);
    await waitForLength(events, 1);
    expect(events).toMatchObject([{ outcome: 'unenforced', reason: 'unavailable' }]);
  });

  it('publishes that the condition of its policy failed, and lets the request pass', async () => {
    const events = listenToDecisions();
    const conditions = [
      (): boolean => {
        throw new Error('a secret of the condition');
      },
      (): Promise<boolean> => Promise.reject(new Error('a secret of the condition')),
    ];
    const { ask } = await serve(front, {}, (app, api) => {
      for (const [index, test] of conditions.entries()) {
        const guard = api.require({ check: { name: 'tenant', test } });
        app.get(`/${index}`, api.dangerouslyReportOnly(guard, { until }), () => json({}));
      }
    });
    for (const path of ['/0', '/1']) {
      expect((await ask(path, bearer(signToken()))).status).toBe(200);
    }
    await waitForLength(events, 2);
    for (const event of events) {
      expect(event).toMatchObject({
        outcome: 'unenforced',
        reason: undefined,
        source: expect.any(String),
      });
      expect(JSON.stringify(event)).not.toContain('secret');
    }
  });

  it('does not change what a guard behind it answers', async () => {
    const events = listenToDecisions();
    const { ask } = await serve(front, {}, (app, api) => {
      const reporting = api.dangerouslyReportOnly(api.requireScope('admin'), { until });
      const guard = api.requireScope('read');
      app.get('/guarded', guard, ({ original }) => json(api.accessToken(original).clientId));
      app.get('/both', reporting, guard, ({ original }) =>
        json(api.accessToken(original).clientId),
      );
    });
    const tokens = ['admin read', 'admin', 'read', ''].map((scope) => bearer(signToken({ scope })));
    for (const fields of [[], [bearer('abc')], ...tokens.map((token) => [token])]) {
      const before = events.length;
      expect(await ask('/both', ...fields)).toEqual(await ask('/guarded', ...fields));
      await waitForLength(events, before + 2);
      expect(events).toHaveLength(before + 2);
    }
    const both = events.filter((_event, index) => index % 2 === 0);
    expect(both.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'allowed',
      'refused',
      'unenforced',
      'refused',
    ]);
  });

  it('is an option for all guards of a resource server', async () => {
    const options = { dangerouslyReportOnlyUntil: until };
    const { api, ask } = await serve(front, options, (app, server) => {
      app.get('/bare', () => json({}));
      app.get('/required', server.requireScope('read'), () => json({}));
      app.get('/optional', server.optionalAccessToken(), () => json({}));
    });
    const bare = await ask('/bare', bearer('abc'));
    for (const path of ['/required', '/optional'])
      expect(await ask(path, bearer('abc'))).toEqual(bare);
    const guards = api.health().reportOnly.map(({ guard }) => guard);
    expect(guards).toEqual(['requireScope', 'optionalAccessToken']);
    expect(() => api.dangerouslyReportOnly(api.requireAccessToken(), { until })).toThrow(
      new TypeError(
        `this guard already only reports until ${until}; remove dangerouslyReportOnly() or the option "dangerouslyReportOnlyUntil"`,
      ),
    );
  });

  it('refuses what it cannot make report', () => {
    const api = front.createResourceServer(SECRET_OPTIONS);
    const other = front.createResourceServer(SECRET_OPTIONS);
    onTestFinished(() => {
      api.close();
      other.close();
    });
    const guard = api.requireAccessToken();
    const report = api.dangerouslyReportOnly.bind(api);
    const make = (...given: readonly unknown[]): unknown => Reflect.apply(report, undefined, given);
    const far = new Date(Date.now() + 91 * 86_400_000).toISOString();
    const failures: readonly (readonly [readonly unknown[], RegExp])[] = [
      [[], /must be a guard of this resource server/],
      [[other.requireAccessToken(), { until }], /must be a guard of this resource server/],
      [[{ policy: guard.policy }, { until }], /must be a guard of this resource server/],
      [[api.optionalAccessToken(), { until }], /requires a guard that requires a token/],
      [[api.dangerouslyReportOnly(guard, { until }), { until }], /already only reports until/],
      [[guard], /expects an options object/],
      [[guard, {}], /option "until" must be an instant/],
      [[guard, { until: '2026-12-15T08:00:00' }], /option "until" must be an instant/],
      [[guard, { until: far }], /option "until" must be at most 90 days ahead/],
      [[guard, { untill: until }], /has no option "untill"; did you mean "until"\?/],
    ];
    for (const [given, message] of failures) {
      expect(() => make(...given), String(message)).toThrow(TypeError);
      expect(() => make(...given)).toThrow(message);
    }
  });
});
