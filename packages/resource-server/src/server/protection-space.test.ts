import { describe, expect, it } from 'vitest';
import { ProtectionSpaceHolder } from './protection-space.js';
import { resolveGuardOptions } from '../options.js';

const AUDIENCES = ['https://api.example.com', 'sales-api'];
const METADATA = 'https://api.example.com/.well-known/oauth-protected-resource';

function holderOf(options: Readonly<Record<string, unknown>>): ProtectionSpaceHolder {
  return new ProtectionSpaceHolder(resolveGuardOptions(options, AUDIENCES, {}), AUDIENCES);
}

describe('ProtectionSpaceHolder', () => {
  it.each([
    [{}, 'https://api.example.com'],
    [{ realm: 'sales' }, 'sales'],
    [{ realm: '' }, ''],
  ])('with the options %j has the realm %j', (options, realm) => {
    expect(holderOf(options).current).toEqual({ realm });
  });

  it('keeps its realm when the metadata is published', () => {
    const holder = holderOf({ realm: 'sales' });
    holder.publish(['https://auth.example.com'], {});
    expect(holder.current).toEqual({ realm: 'sales', resourceMetadata: METADATA });
  });
});
