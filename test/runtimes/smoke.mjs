/**
 * Runs the built packages on the JavaScript runtime that starts this program:
 * `node smoke.mjs`, `bun smoke.mjs` or `deno run -A smoke.mjs`.
 *
 * The last line of standard output is a JSON object with the name of the runtime and the outcome of
 * each check. The exit code is 1 if a check fails.
 */
import process from 'node:process';
import { Checks } from './checks.mjs';
import { runtime } from './runtime.mjs';
import { checkExpress } from './scenes/express.mjs';
import { checkFastify } from './scenes/fastify.mjs';
import { checkUpgrade } from './scenes/upgrade.mjs';
import { checkVerifier } from './scenes/verifier.mjs';
import { checkWeb } from './scenes/web.mjs';

const checks = new Checks();
const scenes = [checkVerifier, checkExpress, checkFastify, checkWeb, checkUpgrade];
for (const scene of scenes) await scene(checks);
console.log(JSON.stringify({ runtime, checks: checks.outcomes }));
process.exit(checks.haveFailed ? 1 : 0);
