import { createServer } from 'node:http';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openServer } from '../../support/listen.js';
import { openApi } from '../../support/test-issuers.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';
import { createApp, published, type Router } from './trpc-server.js';

let fixture: RecipeFixture;
let url: string;

beforeEach(async () => {
  fixture = await openRecipeFixture();
  const server = createServer(createApp(openApi(fixture.issuer.options())));
  url = `${(await openServer(server)).origin}/trpc`;
});

function clientWith(authorization: string) {
  return createTRPCClient<Router>({ links: [httpLink({ url, headers: { authorization } })] });
}

function query(authorization?: string) {
  return fetch(`${url}/client`, { headers: { ...(authorization && { authorization }) } });
}

describe('the tRPC recipe', () => {
  it('answers a query for a valid token', async () => {
    expect(await clientWith(fixture.permitted).client.query()).toBe('reports');
    fixture.expectNoTokens();
  });

  it('refuses requests without a token, with an invalid token, or without the scope of the endpoint', async () => {
    const missing = await query();
    expect(missing.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).toBe(
      'Bearer realm="https://api.example.com", scope="read:analytics"',
    );
    for (const authorization of fixture.invalid) {
      const { status, headers } = await query(authorization);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    expect((await query(fixture.narrow)).status).toBe(403);
    fixture.expectNoTokens();
  });

  it('refuses a procedure whose scope the token lacks with FORBIDDEN', async () => {
    const error = await clientWith(fixture.permitted)
      .publish.mutate()
      .catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({
      message: 'the access token lacks scope for this resource',
      data: {
        code: 'FORBIDDEN',
        httpStatus: 403,
        path: 'publish',
        scope: 'read:analytics write:analytics',
      },
    });
    fixture.expectNoTokens((error as TRPCClientError<Router>).shape);
  });

  it('calls a procedure with its scope', async () => {
    expect(await clientWith(fixture.writing).publish.mutate()).toBe(false); // no subscriber
  });

  it('responds 503 while the keys are unavailable', async () => {
    fixture.issuer.fault('jwks', { kind: 'status', status: 503, times: 9 });
    const { status, headers } = await query(fixture.permitted);
    expect(status).toBe(503);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('ends a subscription when its token expires', async () => {
    const { body } = await fetch(`${url}/rows`, {
      headers: { accept: 'text/event-stream', authorization: fixture.permitted },
    });
    const events = body?.pipeThrough(new TextDecoderStream()).getReader();
    onTestFinished(() => void events?.cancel());
    let text = '';
    const readUntil = async (part: string) => {
      while (!text.includes(part)) {
        const { done, value = '' } = (await events?.read()) ?? { done: true };
        expect(done).toBe(false);
        text += value;
      }
    };
    await readUntil('event: connected');
    await vi.waitUntil(() => published.listenerCount('row') > 0);
    published.emit('row', 7);
    await readUntil('data: 7');
    fixture.expire();
    await readUntil('"code":"UNAUTHORIZED"');
    expect(text).toContain('event: serialized-error');
    expect(text).toContain('the access token has expired');
    expect(published.listenerCount('row')).toBe(0);
    fixture.expectNoTokens(text);
  });
});
