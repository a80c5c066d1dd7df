/** Tokens leave no trace in the inspector, except in the answer to the request that explains one. */
import { FAULT_CHANNEL } from '@scopegate/inspector';
import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
import { describe, expect, onTestFinished } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { ask, listenInspector, open } from '../../support/inspectors.js';
import { listenTo } from '../../support/listen-to.js';
import { openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';
import { createCanary } from './canary.js';
import { watchOutput } from './tracer.js';

const canary = createCanary('cAnArY4i7');

const PATHS = ['overview', 'routes', 'keys', 'privileges', 'reasons'];

forEachExpressFront((front) => {
  describe('leaks of the inspector', () => {
    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'shows good, forged and explained tokens, and an outage, without a trace of them',
      async () => {
        const faults = listenTo(FAULT_CHANNEL);
        const output = watchOutput([]);
        const privileges = createPrivilegeRecorder();
        onTestFinished(() => {
          privileges.close();
        });
        const rs = await openFixture(front, {
          server: (issuer) => ({
            ...issuer.options(),
            scopes: ['read', 'write'],
            excessScopes: 'report',
          }),
          mount: ({ app, api, handler }) => {
            app.all('/p', api.requireScope('read'), handler);
            app.all('/p/:id', api.requireScope('read'), handler);
            app.all('/write', api.requireScope('write'), handler);
          },
        });
        const { base, authorized } = await listenInspector({
          servers: { api: rs.api },
          privileges,
        });
        let text = '';
        const stream = await open(new URL('api/stream', base), { headers: authorized });
        stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        const tokens = await canary.listTokens(rs);
        for (const token of tokens) {
          await canary.present(rs, token);
          const { status } = await ask(new URL('api/explain', base), {
            method: 'POST',
            headers: { ...authorized, 'content-type': 'application/json' },
            body: JSON.stringify({ token, server: 'api' }),
          });
          expect(status).toBe(200);
        }
        await rs.issuer.stop();
        rs.issuer.clock.advance(600_000);
        await canary.present(rs, await rs.issuer.mint(canary.members));
        await expect.poll(() => text).toContain('"outcome":"unavailable"');
        stream.destroy();
        for (const path of PATHS) {
          const { status, body } = await ask(new URL(`api/${path}`, base), { headers: authorized });
          expect(status).toBe(200);
          text += body;
        }
        expect(faults).toEqual([]);
        expect(text.match(/"outcome":"refused"/g)?.length).toBeGreaterThan(20);
        expect(canary.tracesOf(tokens, `${text}${output.text()}`)).toEqual([]);
      },
    );
  });
});
