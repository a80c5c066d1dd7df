/**
 * The JavaScript runtime that runs this program.
 */
import process from 'node:process';

/** The name and version, such as `node 24.11.0`. */
export const runtime = describeRuntime(globalThis);

function describeRuntime({ Bun, Deno }) {
  if (Bun !== undefined) return `bun ${Bun.version}`;
  if (Deno !== undefined) return `deno ${Deno.version.deno}`;
  return `node ${process.versions.node}`;
}
