import { describe, expect, it } from 'vitest';
import { assertReadsProofs, assertRequestAdapter } from './assert-request-adapter.js';
import { nodeRequestAdapter } from './node-request.js';

const RULE = 'the second argument of createResourceServer() must be a RequestAdapter';

describe('assertRequestAdapter', () => {
  it('accepts an adapter with or without a body', () => {
    expect(() => {
      assertRequestAdapter(nodeRequestAdapter);
      const { authorization, url, method, route, onEnd } = nodeRequestAdapter;
      assertRequestAdapter({ authorization, url, method, route, onEnd });
    }).not.toThrow();
  });

  it('accepts an adapter whose methods are inherited', () => {
    expect(() => {
      assertRequestAdapter(Object.create(nodeRequestAdapter) as typeof nodeRequestAdapter);
    }).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'omit it if the requests are those of node:http'],
    ['a function', () => undefined, 'omit it if the requests are those of node:http'],
    ['an empty object', {}, 'add the method "authorization"'],
    [
      'an adapter without onEnd',
      { ...nodeRequestAdapter, onEnd: undefined },
      'add the method "onEnd"',
    ],
    [
      'an adapter with a parsed body',
      { ...nodeRequestAdapter, body: {} },
      '"body" must be a method, or be omitted',
    ],
    [
      'an adapter with listed field lines',
      { ...nodeRequestAdapter, fieldLines: [] },
      '"fieldLines" must be a method, or be omitted',
    ],
  ])('refuses %s', (_what, adapter, fix) => {
    expect(() => {
      assertRequestAdapter(adapter as never);
    }).toThrow(new TypeError(`${RULE}; ${fix}`));
  });
});

describe('assertReadsProofs', () => {
  const { fieldLines, socket, ...others } = nodeRequestAdapter;
  const BOTH = { dpop: true, mtls: true };

  it('accepts the adapter of Node, and any adapter where no tokens are bound', () => {
    expect(() => {
      assertReadsProofs(nodeRequestAdapter, BOTH);
      assertReadsProofs(others, { dpop: false, mtls: false });
    }).not.toThrow();
  });

  it.each<[string, object, string]>([
    [
      'fieldLines',
      { ...others, socket },
      'option "dpop" requires a RequestAdapter that lists field lines; add the method "fieldLines" to it',
    ],
    [
      'socket',
      { ...others, fieldLines },
      'option "mtls" requires a RequestAdapter that returns the connection of a request; add the methods ' +
        '"socket" and "fieldLines" to it, or use a package for Node\'s HTTP server, because a Request of the ' +
        'Fetch Standard has no connection',
    ],
  ])('refuses an adapter without %s', (_what, adapter, message) => {
    expect(() => {
      assertReadsProofs(adapter as typeof nodeRequestAdapter, BOTH);
    }).toThrow(new TypeError(message));
  });
});
