import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatMatrix, formatNeeds, readTables } from './contract/matrix.js';
import { DEBIAN_SERVERS } from './debian/servers/debian-servers.js';
import { ALL_SERVERS } from './servers/all-servers.js';

const root = new URL('../../', import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('docs/interop.md', () => {
  const tables = readTables(readText('docs/interop.md'));

  it('shows the matrix that the contract asserts', () => {
    expect(tables[0]).toEqual(formatMatrix(ALL_SERVERS));
  });

  it('shows what each server needs', () => {
    expect(tables[1]).toEqual(formatNeeds(ALL_SERVERS));
  });

  it('shows both for the servers of Debian', () => {
    expect(tables.slice(2, 4)).toEqual([formatMatrix(DEBIAN_SERVERS), formatNeeds(DEBIAN_SERVERS)]);
  });

  it.each(ALL_SERVERS)('shows the version of $name that is installed', ({ name, version }) => {
    const { version: installed } = JSON.parse(readText(`node_modules/${name}/package.json`)) as {
      readonly version: string;
    };
    expect(`${installed}.`.startsWith(`${version}.`)).toBe(true);
  });
});
