import { describe, expect, it } from 'vitest';
import { ProtectionSpaceHolder } from './protection-space.js';
import { resolveGuardOptions } from '../options.js';

const VERIFIER = {
  issuers: ['https://auth.example.com'],
  audiences: ['https://api.example.com', 'sales-api'],
  possession: { dpop: undefined, mtls: undefined, senderConstraint: undefined },
  currentNonce: () => undefined,
  time: { clock: Date.now, clockToleranceSeconds: 0 },
  createTokenTrial: () => () => undefined,
};
const METADATA = 'https://api.example.com/.well-known/oauth-protected-resource';

function holderOf(options: Readonly<Record<string, unknown>>): ProtectionSpaceHolder {
  return new ProtectionSpaceHolder(resolveGuardOptions(options, VERIFIER, {}), VERIFIER);
}

describe('ProtectionSpaceHolder', () => {
  it.each([
    [{}, 'https://api.example.com'],
    [{ realm: 'sales' }, 'sales'],
    [{ realm: '' }, ''],
  ])('with the options %j has the realm %j', (options, realm) => {
    expect(holderOf(options).describe()).toEqual({ realm });
  });

  it('keeps its realm when the metadata is published', () => {
    const holder = holderOf({ realm: 'sales' });
    holder.publish({});
    expect(holder.describe()).toEqual({ realm: 'sales', resourceMetadata: METADATA });
  });
});
