import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import type { Guard } from './guard.js';
import { createResourceServer, type ResourceServer } from '../resource-server.js';
import type { Next } from '../request/middleware.js';

const api = createResourceServer({ ...SECRET_OPTIONS, realm: 'sales' });

/** An API whose claims schema fails on every token. */
function failingApi(validate: () => never | Promise<never>): ResourceServer {
  return createResourceServer({
    ...SECRET_OPTIONS,
    claims: { '~standard': { version: 1, vendor: 'test', validate } },
  });
}

/** Calls a guard with a good token, unless another one is given. */
function call(
  guard: Guard,
  next: Next,
  authorization = `Bearer ${signToken({ scope: 'read' })}`,
): ServerResponse {
  const req = new IncomingMessage(new Socket());
  if (authorization !== '') req.headers.authorization = authorization;
  const res = new ServerResponse(req);
  guard(req, res, next);
  return res;
}

/** Calls a guard and returns its synchronous outcome. */
function outcomeOf(
  guard: Guard,
  authorization?: string,
): { nexts: unknown[][]; res: ServerResponse } {
  const nexts: unknown[][] = [];
  const res = call(guard, (...given) => nexts.push(given), authorization);
  return { nexts, res };
}

describe('a guard', () => {
  it('has the given name and its policy, frozen', () => {
    const guard = api.requireScope('read');
    expect(guard.name).toBe('requireScope');
    expect(guard.length).toBe(3);
    expect(guard.policy).toMatchObject({ authentication: 'required' });
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('calls next synchronously and without an argument when the keys are available', () => {
    const { nexts, res } = outcomeOf(api.requireScope('read'));
    expect(nexts).toEqual([[]]);
    expect(res.getHeaders()).toEqual({ vary: 'Authorization' });
  });

  it.each<[string, string, number]>([
    ['no token', '', 401],
    ['a malformed header', 'Bearer', 400],
    ['a bad token', 'Bearer abc', 401],
    ['too little scope', `Bearer ${signToken({ scope: 'write' })}`, 403],
  ])('answers %s synchronously without calling next', (_what, authorization, status) => {
    const { nexts, res } = outcomeOf(api.requireScope('read'), authorization);
    expect(nexts).toEqual([]);
    expect(res.statusCode).toBe(status);
    expect(res.writableEnded).toBe(true);
  });

  it('sets Vary on an optional route', () => {
    const { nexts, res } = outcomeOf(api.optionalAccessToken(), '');
    expect(nexts).toEqual([[]]);
    expect(res.getHeader('vary')).toBe('Authorization');
  });

  it('does not set headers of a response that has begun', () => {
    const req = new IncomingMessage(new Socket());
    req.headers.authorization = `Bearer ${signToken({ scope: 'read' })}`;
    const res = new ServerResponse(req);
    res.flushHeaders();
    const nexts: unknown[][] = [];
    api.requireScope('read')(req, res, (...given) => nexts.push(given));
    expect(nexts).toEqual([[]]);
  });

  it('does not catch what next throws', async () => {
    const thrown = new Error('a handler threw');
    let calls = 0;
    expect(() =>
      call(api.requireScope('read'), () => {
        calls += 1;
        throw thrown;
      }),
    ).toThrow(thrown);
    await new Promise(setImmediate);
    expect(calls).toBe(1);
  });

  it('passes an error that is not a refusal to next, once and unchanged', async () => {
    const failure = new Error('the schema broke');
    const broken = failingApi(() => {
      throw failure;
    });
    expect(outcomeOf(broken.requireScope('read')).nexts).toEqual([[failure]]);
    const late = outcomeOf(failingApi(() => Promise.reject(failure)).requireScope('read'));
    expect(late.nexts).toEqual([]);
    await new Promise(setImmediate);
    expect(late.nexts).toEqual([[failure]]);
  });
});
