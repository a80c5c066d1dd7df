import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestIssuer, type Fault, type TestIssuer } from '../index.js';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

beforeEach(() => {
  issuer.fault('metadata', undefined);
  issuer.fault('jwks', undefined);
});

async function ask(url: string): Promise<number | string> {
  return issuer.fetch(url).then(
    ({ status }) => status,
    () => 'failed',
  );
}

async function askOften(times: number): Promise<(number | string)[]> {
  const outcomes: (number | string)[] = [];
  for (let time = 0; time < times; time += 1) outcomes.push(await ask(issuer.jwksUri));
  return outcomes;
}

describe('TestIssuer.fault with several faults', () => {
  it('applies one fault after another, and then none', async () => {
    issuer.fault('jwks', [
      { kind: 'down' },
      { kind: 'status', status: 503, times: 2 },
      { kind: 'none' },
      { kind: 'status', status: 500 },
    ]);
    expect(await askOften(7)).toEqual(['failed', 503, 503, 200, 500, 200, 200]);
  });

  it('replaces earlier faults, and ends them for undefined', async () => {
    issuer.fault('jwks', [{ kind: 'status', status: 500, times: 5 }]);
    expect(await askOften(1)).toEqual([500]);
    issuer.fault('jwks', [{ kind: 'status', status: 503, times: 5 }]);
    expect(await askOften(1)).toEqual([503]);
    issuer.fault('jwks', undefined);
    expect(await askOften(1)).toEqual([200]);
    issuer.fault('jwks', []);
    expect(await askOften(1)).toEqual([200]);
  });

  it('applies to each of several endpoints separately', async () => {
    issuer.fault('metadata', [{ kind: 'status', status: 503 }]);
    const urls = ['oauth-authorization-server', 'openid-configuration'].map(
      (name) => `${issuer.issuer}/.well-known/${name}`,
    );
    const outcomes = await Promise.all([...urls, ...urls].map(ask));
    expect(outcomes).toEqual([503, 503, 200, 200]);
  });

  it('copies the faults', async () => {
    const fault = { kind: 'status' as const, status: 503 };
    const script: Fault[] = [fault];
    issuer.fault('jwks', script);
    fault.status = 500;
    script.push({ kind: 'down' });
    expect(await askOften(2)).toEqual([503, 200]);
  });

  it('checks all faults before it applies the first', async () => {
    expect(() => {
      issuer.fault('jwks', [{ kind: 'down' }, { kind: 'dwon' } as unknown as Fault]);
    }).toThrow('unknown fault "dwon"; did you mean "down"?');
    expect(await askOften(1)).toEqual([200]);
  });
});

describe('the fault "none"', () => {
  it('leaves the response unchanged, including 304', async () => {
    const etag = (await issuer.fetch(issuer.jwksUri)).headers.get('etag') ?? '';
    issuer.fault('jwks', { kind: 'none' });
    const response = await issuer.fetch(issuer.jwksUri, { headers: { 'if-none-match': etag } });
    expect(response.status).toBe(304);
  });
});
