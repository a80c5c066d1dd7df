import {
  createAccessTokenVerifier,
  type ExplainedCheck,
  InvalidTokenError,
} from '@scopegate/access-token';
import { createProofKey, forgeries, proofForgeries } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { openIssuer } from '../../../../test/support/test-issuers.js';
import { listReasonTexts, type ReasonText } from '../internal.js';

function findText(wanted: string): ReasonText | undefined {
  return listReasonTexts().find(({ reason }) => reason === wanted);
}

/** Reasons of many checks: what to do about them does not depend on the check. */
const GENERAL = ['claim', 'unavailable'];

function expectSameFixes(checks: readonly ExplainedCheck[], reason: string | undefined): void {
  const decisive = checks.find((check) => check.reason === reason);
  if (reason === undefined || decisive === undefined || GENERAL.includes(reason)) return;
  expect(findText(reason)?.fixes, `${reason}: ${decisive.name}`).toEqual(
    expect.arrayContaining([...decisive.fixes]),
  );
}

describe('listReasonTexts', () => {
  it.each(listReasonTexts().map((text) => [text.reason, text] as const))(
    'describes the reason %s',
    (reason, { description, sections, fixes, status }) => {
      expect(description).toMatch(/^[a-z].*[^.]$/);
      expect(sections.length).toBeGreaterThan(0);
      for (const section of sections) expect(section).toMatch(/^RFC \d{4} §\d+(\.\d+)*$/);
      expect(fixes.length).toBeGreaterThan(0);
      for (const { action } of fixes) expect(action).toMatch(/^[a-z].*[^.]$/);
      expect([400, 401, 403, 503]).toContain(status);
    },
  );

  it('lists each reason once, with frozen members', () => {
    const texts = listReasonTexts();
    expect(new Set(texts.map(({ reason }) => reason)).size).toBe(texts.length);
    for (const text of texts) {
      expect([text, text.sections, text.fixes, ...text.fixes].every(Object.isFrozen)).toBe(true);
    }
  });

  describe('the texts', () => {
    it('has the sentence, the status and the error code that callers get', () => {
      const error = new InvalidTokenError('expired');
      expect(findText('expired')).toEqual({
        reason: 'expired',
        status: 401,
        error: 'invalid_token',
        description: error.message,
        sections: ['RFC 7519 §4.1.4'],
        fixes: [{ side: 'client', action: 'request a new token before the old one expires' }],
      });
    });

    it.each([
      ['missing_credentials', 401, undefined],
      ['several_locations', 400, 'invalid_request'],
      ['scope', 403, 'insufficient_scope'],
      ['acr', 401, 'insufficient_user_authentication'],
      ['proof_url', 401, 'invalid_dpop_proof'],
      ['nonce', 401, 'use_dpop_nonce'],
      ['unavailable', 503, undefined],
    ])('has the status and the error code of %s', (reason, status, error) => {
      expect(findText(reason)).toMatchObject({ status });
      expect(findText(reason)?.error).toBe(error);
    });
  });

  describe('the fixes', () => {
    it.each(forgeries)(
      'has the fixes that explain suggests for a token that $explanation',
      async ({ name }) => {
        const issuer = await openIssuer();
        const verifier = createAccessTokenVerifier({
          ...issuer.options(),
          jwks: { keys: await issuer.publicKeys() },
        });
        const { reason, checks } = await verifier.explain(await issuer.forge[name]());
        expect(reason).toBeDefined();
        expectSameFixes(checks, reason);
      },
    );

    it.each(proofForgeries.filter(({ name }) => name !== 'replayed'))(
      'has the fixes that explain suggests for a proof that $explanation',
      async ({ name }) => {
        const issuer = await openIssuer();
        const verifier = createAccessTokenVerifier({ ...issuer.options(), dpop: true });
        const key = createProofKey();
        const token = await issuer.mint({ boundTo: key });
        const request = { method: 'GET', url: 'https://api.example.com/v1/sales' };
        const { authorization = '', dpop } = key.headers[name]({ token, ...request });
        const sent = authorization.replace(/^DPoP /, '');
        const { reason, checks } = await verifier.explain(sent, {
          proof: dpop ?? [],
          method: 'GET',
          url: '/v1/sales',
        });
        verifier.close();
        expect(reason).toBeDefined();
        expectSameFixes(checks, reason);
      },
    );
  });
});
