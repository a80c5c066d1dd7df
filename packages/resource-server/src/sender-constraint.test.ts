import type { SenderConstraint } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import {
  combineConstraints,
  findAcceptedSchemes,
  listOfferedSchemes,
  resolveRouteConstraint,
} from './sender-constraint.js';

const BOTH = { dpop: true, mtls: true };
const KEY = { dpop: true, mtls: false };
const CERTIFICATE = { dpop: false, mtls: true };
const NEITHER = { dpop: false, mtls: false };

describe('resolveRouteConstraint', () => {
  it.each<[route: unknown, server: SenderConstraint | undefined, resolved: unknown]>([
    [undefined, undefined, undefined],
    [undefined, 'any', 'any'],
    ['dpop', undefined, 'dpop'],
    ['mtls', 'any', 'mtls'],
    ['any', 'any', 'any'],
    ['dpop', 'dpop', 'dpop'],
  ])('resolves %j on a route of a server with %j', (route, senderConstraint, resolved) => {
    expect(resolveRouteConstraint(route, { provable: BOTH, senderConstraint })).toBe(resolved);
  });

  it.each<[route: unknown, server: SenderConstraint | undefined, provable: object, fix: string]>([
    ['DPoP', undefined, BOTH, 'must be "dpop", "mtls" or "any"'],
    ['dpop', undefined, CERTIFICATE, 'requires the option "dpop"'],
    ['mtls', undefined, KEY, 'requires the option "mtls"'],
    ['any', undefined, NEITHER, 'requires the option "dpop" or "mtls"'],
    [
      'any',
      'dpop',
      BOTH,
      'must be "dpop", as for the resource server, because a route cannot accept more; omit it',
    ],
    [
      'mtls',
      'dpop',
      BOTH,
      'must be "dpop", as for the resource server, because a route cannot accept more; omit it',
    ],
  ])('refuses %j on a route of a server with %j and %j', (route, senderConstraint, given, fix) => {
    const provable = given as typeof BOTH;
    expect(() => resolveRouteConstraint(route, { provable, senderConstraint })).toThrow(
      new TypeError(`option "senderConstraint" ${fix}`),
    );
  });
});

describe('findAcceptedSchemes', () => {
  it.each<[SenderConstraint | undefined, object, string]>([
    [undefined, NEITHER, 'Bearer'],
    [undefined, KEY, 'Bearer DPoP'],
    [undefined, CERTIFICATE, 'Bearer'],
    ['dpop', BOTH, 'DPoP'],
    ['any', KEY, 'DPoP'],
    ['any', CERTIFICATE, 'Bearer'],
    ['any', BOTH, 'Bearer DPoP'],
    // A token may be bound to a certificate and to a key.
    ['mtls', BOTH, 'Bearer DPoP'],
  ])('with the constraint %j and the bindings %j accepts %s', (constraint, provable, schemes) => {
    const { bearer, dpop } = findAcceptedSchemes(constraint, provable as typeof BOTH);
    expect([bearer ? 'Bearer' : [], dpop ? 'DPoP' : []].flat().join(' ')).toBe(schemes);
  });
});

describe('listOfferedSchemes', () => {
  it.each<[SenderConstraint | undefined, 'Bearer' | 'DPoP' | undefined, string]>([
    [undefined, undefined, 'Bearer DPoP'],
    ['dpop', 'Bearer', 'DPoP'],
    ['mtls', undefined, 'Bearer'],
    ['mtls', 'Bearer', 'Bearer'],
    ['mtls', 'DPoP', 'Bearer DPoP'],
    ['any', undefined, 'Bearer DPoP'],
  ])('with the constraint %j and the used scheme %j offers %s', (constraint, used, offered) => {
    expect(listOfferedSchemes(constraint, BOTH, used).join(' ')).toBe(offered);
  });
});

describe('combineConstraints', () => {
  it.each<[SenderConstraint | undefined, SenderConstraint | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    [undefined, 'any', 'any'],
    ['dpop', 'any', 'dpop'],
    ['any', 'mtls', 'mtls'],
    ['dpop', undefined, 'dpop'],
  ])('combines %j and %j to %j', (earlier, later, combined) => {
    expect(combineConstraints(earlier, later)).toBe(combined);
  });
});
