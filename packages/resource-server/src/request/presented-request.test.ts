import { describe, expect, it } from 'vitest';
import { nodeRequestAdapter } from './node-request.js';
import { PresentedRequest } from './presented-request.js';
import type { RequestAdapter } from './request-adapter.js';

const possession = { mtls: undefined };

interface Message {
  readonly lines: readonly string[];
}

describe('PresentedRequest', () => {
  it('reads each part of the request only when it is accessed', () => {
    const request = new Proxy<object>(
      {},
      {
        get: (_target, name) => {
          throw new Error(`read ${String(name)}`);
        },
      },
    );
    const adapter = nodeRequestAdapter as RequestAdapter<object>;
    const presented = new PresentedRequest('Bearer', 'T', { request, adapter, possession });
    expect([presented.scheme, presented.token, presented.certificate]).toEqual([
      'Bearer',
      'T',
      undefined,
    ]);
    expect(presented.request).toBe(request);
    expect(() => presented.proofs).toThrow('read');
    expect(() => presented.target).toThrow('read');
  });

  it('compares proofs with what was sent, although middleware has replaced it', () => {
    const request = {
      method: 'DELETE',
      originalMethod: 'POST',
      url: '/1',
      originalUrl: '/v1/1',
      rawHeaders: ['DPoP', 'a', 'dpop', 'b'],
    };
    const adapter = nodeRequestAdapter as unknown as RequestAdapter<object>;
    const presented = new PresentedRequest('DPoP', 'T', { request, adapter, possession });
    expect(presented).toMatchObject({ method: 'POST', target: '/v1/1', proofs: ['a', 'b'] });
    expect([adapter.method(request), adapter.url(request)]).toEqual(['DELETE', '/1']);
  });

  it('reads the method and the URL of an adapter without the method requestLine', () => {
    const adapter: RequestAdapter<Message> = {
      authorization: () => undefined,
      url: () => '/orders',
      method: () => 'PUT',
      route: () => undefined,
      fieldLines: ({ lines }, name) => (name === 'dpop' ? lines : []),
      onEnd: () => () => undefined,
    };
    const source = { request: { lines: ['a'] }, adapter, possession };
    const presented = new PresentedRequest('DPoP', 'T', source);
    expect(presented).toMatchObject({ method: 'PUT', target: '/orders', proofs: ['a'] });
  });

  it.each(['e30.e30.AA', [undefined], [['e30.e30.AA']], { 0: 'e30.e30.AA' }])(
    'throws if an adapter returns %j instead of the lines of a field',
    (lines) => {
      const adapter = {
        ...(nodeRequestAdapter as unknown as RequestAdapter<object>),
        fieldLines: () => lines as never,
      };
      const presented = new PresentedRequest('DPoP', 'T', { request: {}, adapter, possession });
      expect(() => presented.proofs).toThrow(
        new TypeError('fieldLines() of a RequestAdapter must return an array of strings'),
      );
    },
  );
});
