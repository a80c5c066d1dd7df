/**
 * Lua scripts.
 *
 * @module
 */
import { hash } from 'node:crypto';

/** A Lua script. Servers know it by its SHA-1 when they have executed it before. */
export interface Script {
  readonly text: string;
  /** 40 hexadecimal digits. */
  readonly digest: string;
}

/** Creates a script. */
export function createScript(text: string): Script {
  return Object.freeze({ text, digest: hash('sha1', text, 'hex') });
}
