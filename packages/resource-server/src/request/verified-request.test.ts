import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { VerifiedRequests } from './verified-request.js';

const request = (): IncomingMessage => new IncomingMessage(new Socket());
const NONE = { named: new Set<string>(), refusalOf: () => undefined };
const token = await createAccessTokenVerifier(SECRET_OPTIONS).verify(signToken());

describe('VerifiedRequests', () => {
  it('returns the token of a request, and of no other', () => {
    const requests = new VerifiedRequests();
    const [req, other] = [request(), request()];
    requests.add(req, { token, required: NONE });
    expect(requests.getToken(req)).toBe(token);
    expect(requests.getTokenIfAny(req)).toBe(token);
    expect(requests.find(req)?.token).toBe(token);
    expect(requests.find(other)).toBeUndefined();
  });

  it('distinguishes an anonymous request from one without a guard', () => {
    const requests = new VerifiedRequests();
    const req = request();
    requests.add(req, { token: undefined, required: NONE });
    expect(requests.find(req)?.token).toBeUndefined();
    expect(requests.getTokenIfAny(req)).toBeUndefined();
    expect(() => requests.getToken(req)).toThrow(
      new TypeError(
        'this request is anonymous; use accessTokenIfAny() behind optionalAccessToken()',
      ),
    );
  });

  it('throws for a request without a guard', () => {
    const requests = new VerifiedRequests();
    const error = new TypeError(
      'no guard of this resource server ran on this request; mount one in front of the handler',
    );
    expect(() => requests.getToken(request())).toThrow(error);
    expect(() => requests.getTokenIfAny(request())).toThrow(error);
  });

  it('shares nothing between resource servers, and adds nothing to the request', () => {
    const req = request();
    const names = Reflect.ownKeys(req);
    new VerifiedRequests().add(req, { token, required: { ...NONE, named: new Set(['read']) } });
    expect(Reflect.ownKeys(req)).toEqual(names);
    expect(new VerifiedRequests().find(req)).toBeUndefined();
  });
});
