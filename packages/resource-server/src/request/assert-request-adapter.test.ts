import { describe, expect, it } from 'vitest';
import { assertRequestAdapter } from './assert-request-adapter.js';
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
  ])('refuses %s', (_what, adapter, fix) => {
    expect(() => {
      assertRequestAdapter(adapter as never);
    }).toThrow(new TypeError(`${RULE}; ${fix}`));
  });
});
