import { describe, expect, it } from 'vitest';
import { listRuntimeImports } from './runtime-imports.js';

/** A runtime without one of these cannot run the guards of the Fetch Standard. */
const BUILTINS_OF_WEB = [
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:diagnostics_channel',
  'node:events',
  'node:net', // to parse IP addresses
  'node:perf_hooks',
  'node:timers/promises',
  'node:util',
];

// Many modules are parsed, beside other tests.
describe('listRuntimeImports', { timeout: 60_000 }, () => {
  it.each(['web', 'resource-server'])('finds nothing of node:http in %s', (name) => {
    const imports = listRuntimeImports(`packages/${name}/src/index.ts`);
    expect(imports.filter((each) => /^(node:)?(http|https|http2|tls)$/.test(each))).toEqual([]);
  });

  it('finds the builtins that every runtime of @scopegate/web must have', () => {
    const imports = listRuntimeImports('packages/web/src/index.ts');
    expect(imports.filter((each) => each.startsWith('node:'))).toEqual(BUILTINS_OF_WEB);
    expect(imports.filter((each) => !each.startsWith('node:'))).toEqual([
      'jose/jwe/compact/decrypt', // only with the first encrypted token
      'leven',
      'lru-cache',
      'vary',
    ]);
  });

  it.each(['logs', 'privileges'])('finds no OpenTelemetry in telemetry/%s', (entry) => {
    const imports = listRuntimeImports(`packages/telemetry/src/${entry}.ts`);
    expect(imports.filter((each) => each.startsWith('@opentelemetry/'))).toEqual([]);
    expect(listRuntimeImports('packages/telemetry/src/index.ts')).toContain('@opentelemetry/api');
  });

  it('follows siblings, and finds node:http where a package loads it', () => {
    expect(listRuntimeImports('packages/testing/src/index.ts')).toContain('node:http');
  });
});
