/**
 * The contract about a server over time, and about the tools of its operator.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { runInMemory } from '../../support/memory-terminal.js';
import { OTHER_AUDIENCE, READ, WRITE } from './sales-api.js';
import type { DoctorVerdict, ServerDescription } from './server.js';
import { signWithUnknownKey, type Use } from './server-test.js';

/** Longer than any backoff between attempts to fetch keys. */
const BACKOFF_SECONDS = 61;
/** Longer than keys are fresh without `Cache-Control`, shorter than a token lives. */
const HALF_AN_HOUR = 1800;

/** The column `rotation`. */
export function describeRotation(use: Use): void {
  describe('rotation', () => {
    it('accepts tokens of a new key immediately and refuses those of the withdrawn key', async () => {
      const api = await use().openApi();
      const before = await use().requestToken();
      expect((await api.call('/sales', before)).status).toBe(200);
      await use().server.rotateKey();
      const after = await use().requestToken();
      expect((await api.call('/sales', after)).status).toBe(200);
      expect((await api.call('/sales', before)).status).toBe(401);
    });
  });
}

/** The column `outage`. */
export function describeOutage(use: Use): void {
  describe('outage', () => {
    it('allows known keys and answers 503 for unknown ones', async () => {
      const api = await use().openApi();
      const [seen, unseen] = [await use().requestToken(), await use().requestToken()];
      expect((await api.call('/sales', seen)).status).toBe(200);
      await use().server.stop();
      try {
        const unknown = await api.call('/sales', signWithUnknownKey(use().server));
        expect(unknown.status).toBe(503);
        expect(unknown.headers.get('retry-after')).toMatch(/^\d+$/);
        expect((await api.call('/sales', unseen)).status).toBe(200);
        api.advance(HALF_AN_HOUR);
        expect((await api.call('/sales', seen)).status).toBe(200);
        expect((await api.call('/sales', unseen)).status).toBe(200);
      } finally {
        await use().server.start();
      }
    });

    it('continues after a restart of the server', async () => {
      const api = await use().openApi();
      await use().server.stop();
      expect((await api.call('/sales', signWithUnknownKey(use().server))).status).toBe(503);
      await use().server.start();
      api.advance(BACKOFF_SECONDS);
      const token = await use().requestToken();
      expect((await api.call('/sales', token)).status).toBe(200);
      expect((await api.call('/sales', signWithUnknownKey(use().server))).status).toBe(401);
    });
  });
}

/** The columns `doctor` and `explain`. */
export function describeTools({ doctor }: ServerDescription, use: Use): void {
  describe('doctor', () => {
    it(`exits with ${doctor.exitCode} and finds ${doctor.findings.join(', ') || 'nothing'}`, async () => {
      expect(await runDoctor([use().server.issuer])).toEqual(doctor);
    });

    if (!doctor.findings.includes('metadata_missing')) return;
    it('exits with 0 when it is given the URL of the keys', async () => {
      const { issuer, jwksUri = '' } = use().server;
      const findings = doctor.findings.filter((code) => code !== 'metadata_missing');
      const verdict = await runDoctor([issuer, '--jwks-uri', jwksUri]);
      expect(verdict).toEqual({ exitCode: 0, findings });
    });
  });

  describe('explain', () => {
    it('accepts a good token', async () => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken();
      const { verdict, reason } = await resourceServer.explain(token, { scope: READ });
      expect({ verdict, reason }).toEqual({ verdict: 'accepted', reason: undefined });
    });

    it.each([
      ['audience', { audience: OTHER_AUDIENCE }, READ],
      ['scope', {}, WRITE],
    ])('names the reason: %s', async (reason, target, scope) => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken(target);
      const explanation = await resourceServer.explain(token, { scope });
      expect(explanation).toMatchObject({ verdict: 'refused', reason });
    });

    it('is undecided without keys', async () => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken();
      await use().server.stop();
      try {
        const explanation = await resourceServer.explain(token);
        expect(explanation).toMatchObject({ verdict: 'undecided', reason: 'unavailable' });
      } finally {
        await use().server.start();
      }
    });
  });
}

/** Runs `scopegate doctor`, and drops findings that are only informational. */
async function runDoctor(words: readonly string[]): Promise<DoctorVerdict> {
  const { code, stdout } = await runInMemory(['doctor', ...words, '--json']);
  const { findings } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly severity: string; readonly code: string }[];
  };
  const faults = findings.filter(({ severity }) => severity !== 'info');
  return { exitCode: code, findings: faults.map((finding) => finding.code).sort() };
}
