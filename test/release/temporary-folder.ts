/**
 * A temporary folder with files, for tests of programs that read and write files.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A copy of the workspace has thousands of files, which a busy machine removes slowly. */
const REMOVAL_TIMEOUT_MS = 120_000;

/**
 * Creates a folder that is removed when the test has finished.
 *
 * @param files - Texts by their paths in the folder.
 * @returns The path of the folder.
 */
export function createFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'scopegate-release-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  }, REMOVAL_TIMEOUT_MS);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
