/**
 * Folders for the configuration and the data of programs.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that exists until it is removed. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file into the folder and returns its path. */
  write(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Creates a folder. Its name contains the name of the program that uses it. */
export async function createTemporaryFolder(program: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `scopegate-${program}-`));
  return {
    path,
    async write(name, text) {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
