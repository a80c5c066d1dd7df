import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { RequestTokens } from './verified-request.js';

const request = (): IncomingMessage => new IncomingMessage(new Socket());
const token = await createAccessTokenVerifier(SECRET_OPTIONS).verify(signToken());

describe('RequestTokens', () => {
  it('gives back the token of a request, and of no other', () => {
    const tokens = new RequestTokens();
    const [req, other] = [request(), request()];
    tokens.set(req, token, new ServerResponse(req));
    expect(tokens.get(req)).toBe(token);
    expect(tokens.getIfAny(req)).toBe(token);
    expect(tokens.find(req)).toBe(token);
    expect(tokens.find(other)).toBeUndefined();
  });

  it('knows an anonymous request', () => {
    const tokens = new RequestTokens();
    const req = request();
    tokens.set(req, null, new ServerResponse(req));
    expect(tokens.find(req)).toBeUndefined();
    expect(tokens.getIfAny(req)).toBeUndefined();
    expect(() => tokens.get(req)).toThrow(
      new TypeError(
        'this request is anonymous: use accessTokenIfAny() behind optionalAccessToken()',
      ),
    );
  });

  it('tells that no guard ran', () => {
    const tokens = new RequestTokens();
    const error = new TypeError('no guard of this resource server ran on this request');
    expect(() => tokens.get(request())).toThrow(error);
    expect(() => tokens.getIfAny(request())).toThrow(error);
  });

  it('shares nothing between resource servers, and puts nothing on the request', () => {
    const req = request();
    const names = Reflect.ownKeys(req);
    new RequestTokens().set(req, token, new ServerResponse(req));
    expect(Reflect.ownKeys(req)).toEqual(names);
    expect(new RequestTokens().find(req)).toBeUndefined();
  });
});
