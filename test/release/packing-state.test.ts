import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceReadme, restoreReadme } from '../../.ci/release/packing-state.mjs';
import { createFolder } from './temporary-folder.js';

const ORIGINAL = 'original\r\n';

function createPackage(): { folder: string; read: () => string; edit: (text: string) => void } {
  const folder = createFolder({ 'README.md': ORIGINAL });
  const readme = join(folder, 'README.md');
  return {
    folder,
    read: () => readFileSync(readme, 'utf8'),
    edit: (text) => {
      writeFileSync(readme, text);
    },
  };
}

describe('replaceReadme', () => {
  it('replaces the README until it is restored', () => {
    const { folder, read } = createPackage();
    replaceReadme(folder, (original) => `packed ${original}`);
    expect(read()).toBe(`packed ${ORIGINAL}`);
    restoreReadme(folder);
    expect(read()).toBe(ORIGINAL);
    expect(readdirSync(folder)).toEqual(['README.md']);
  });

  it('starts with the original README after an interrupted run', () => {
    const { folder, read } = createPackage();
    replaceReadme(folder, () => 'packed once');
    replaceReadme(folder, (original) => `packed again ${original}`);
    expect(read()).toBe(`packed again ${ORIGINAL}`);
    restoreReadme(folder);
    expect(read()).toBe(ORIGINAL);
  });

  it('changes nothing if the README cannot be rewritten', () => {
    const { folder, read } = createPackage();
    const fail = (): never => {
      throw new Error('a dead link');
    };
    expect(() => {
      replaceReadme(folder, fail);
    }).toThrow('a dead link');
    expect(read()).toBe(ORIGINAL);
    expect(readdirSync(folder)).toEqual(['README.md']);
  });

  it('keeps an edit that was made after an interrupted run', () => {
    const { folder, read, edit } = createPackage();
    replaceReadme(folder, () => 'packed');
    edit('packed, and edited');
    const again = (): void => {
      replaceReadme(folder, () => 'packed again');
    };
    expect(again).toThrow('was edited while the package was packed, and was left as it is');
    expect(read()).toBe('packed, and edited');
    expect(readFileSync(join(folder, '.packing/original.md'), 'utf8')).toBe(ORIGINAL);
  });
});

describe('restoreReadme', () => {
  it('does nothing unless the README is replaced', () => {
    const { folder, read } = createPackage();
    restoreReadme(folder);
    expect(read()).toBe(ORIGINAL);
  });

  it('restores the bytes of a README that is not UTF-8', () => {
    const { folder } = createPackage();
    const bytes = Buffer.from([0x61, 0xff, 0x0a]);
    writeFileSync(join(folder, 'README.md'), bytes);
    replaceReadme(folder, () => 'packed');
    restoreReadme(folder);
    expect(readFileSync(join(folder, 'README.md'))).toEqual(bytes);
  });

  it('accepts a README that was restored by other means', () => {
    const { folder, read, edit } = createPackage();
    replaceReadme(folder, () => 'packed');
    edit(ORIGINAL);
    restoreReadme(folder);
    expect(read()).toBe(ORIGINAL);
    expect(existsSync(join(folder, '.packing'))).toBe(false);
  });

  // Packing copies the README, writes what replaces it, and moves that; restoring moves the copy back.
  it.each([
    ['before the README was replaced', ORIGINAL, 'packed.md'],
    ['after the README was restored', ORIGINAL, 'original.md'],
  ])('keeps the README if it was interrupted %s', (_case, current, missing) => {
    const { folder, read, edit } = createPackage();
    replaceReadme(folder, () => 'packed');
    edit(current);
    rmSync(join(folder, '.packing', missing));
    restoreReadme(folder);
    expect(read()).toBe(current);
    expect(readdirSync(folder)).toEqual(['README.md']);
  });
});
