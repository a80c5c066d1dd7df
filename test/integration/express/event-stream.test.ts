import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { streamSales } from './event-stream.js';

describe.each(EXPRESS_VERSIONS)('the event stream of the README on Express $version', (version) => {
  it('sends events until its token is not acceptable any more', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options());
    const app = version.express();
    const sales = new EventEmitter();
    streamSales(app, api, sales);
    const url = new URL('/v1/sales/events', await openServer(createServer(app)));
    const subscribed = once(sales, 'newListener');
    const headers = await bearer(issuer, { scope: 'read:analytics', expiresInSeconds: 300 });
    const response = await fetch(url, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('vary')).toContain('Authorization');
    await subscribed;
    sales.emit('sale', { id: 1 });
    const [signingKey] = (
      (await (await fetch(issuer.jwksUri)).json()) as { keys: [{ kid: string }] }
    ).keys;
    await issuer.rotateKey();
    issuer.withdrawKey(signingKey.kid);
    await api.refresh();
    expect(await response.text()).toBe('data: {"id":1}\n\n');
    expect(sales.listenerCount('sale')).toBe(0);
  });

  it('refuses a caller without the scope', async () => {
    const issuer = await openIssuer();
    const app = version.express();
    streamSales(app, openApi(issuer.options()), new EventEmitter());
    const url = new URL('/v1/sales/events', await openServer(createServer(app)));
    expect((await fetch(url, { headers: await bearer(issuer) })).status).toBe(403);
  });
});
