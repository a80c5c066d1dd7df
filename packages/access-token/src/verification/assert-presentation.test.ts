import { describe, expect, it } from 'vitest';
import { resolvePossession } from '../options/resolve-possession.js';
import { assertPresentation } from './assert-presentation.js';

const possession = resolvePossession(
  { dpop: true },
  { audiences: ['https://api.example.com'], allowHttp: false },
);
const presentation = {
  scheme: 'DPoP',
  token: 'token',
  proofs: ['proof'],
  method: 'GET',
  target: '/v1/sales',
};

describe('assertPresentation', () => {
  it.each([
    ['nothing', undefined, 'a presentation must be an object'],
    [
      'an unknown member',
      { ...presentation, url: '/v1/sales' },
      'a presentation has no option "url"',
    ],
    [
      'a scheme in lower case',
      { ...presentation, scheme: 'dpop' },
      'option "scheme" must be "Bearer" or "DPoP"',
    ],
    [
      'a proof instead of the proofs',
      { ...presentation, proofs: 'proof' },
      'option "proofs" must be an array of strings',
    ],
    ['no method', { ...presentation, method: undefined }, 'option "method" must be a string'],
    ['no target', { ...presentation, target: undefined }, 'option "target" must be a string'],
  ])('refuses %s', (_what, given, message) => {
    expect(() => {
      assertPresentation(given, undefined, possession);
    }).toThrow(new TypeError(message));
  });

  it.each([
    [
      { senderConstrained: 'dpop' },
      'a requirement has no option "senderConstrained"; did you mean "senderConstraint"?',
    ],
    [{ senderConstraint: 'DPoP' }, 'option "senderConstraint" must be "dpop", "mtls" or "any"'],
    [{ senderConstraint: 'mtls' }, 'option "senderConstraint" requires the option "mtls"'],
  ])('refuses the requirement %j', (requirement, message) => {
    expect(() => {
      assertPresentation(presentation, requirement, possession);
    }).toThrow(new TypeError(message));
  });

  it('accepts an empty proof, which a caller can send', () => {
    expect(() => {
      assertPresentation({ ...presentation, proofs: [''] }, undefined, possession);
    }).not.toThrow();
  });

  it.each([undefined, {}, { senderConstraint: undefined }, { senderConstraint: 'dpop' }])(
    'accepts the requirement %j',
    (requirement) => {
      expect(() => {
        assertPresentation(presentation, requirement, possession);
      }).not.toThrow();
    },
  );
});
