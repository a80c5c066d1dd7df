/**
 * `npm run test:mcp-conformance`: runs the conformance suite of the Model Context Protocol.
 *
 * The suite does not test whether a server protects itself, so the question here is whether a guard is
 * invisible to MCP: a guarded server must have the same results as one without a guard, check by check.
 * The suite does test clients, so a service with tokens of `@scopegate/client` must pass.
 *
 * Plain Node without dependencies up to the imports in `main`: those require an installation.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REVISION = '2026-07-28';

/** The scenarios for features that the server has. In these, every check must pass. */
const REQUIRED = [
  'caching',
  'completion-complete',
  'dns-rebinding-protection',
  'http-header-validation',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'prompts-list',
  'resources-list',
  'resources-read-binary',
  'resources-read-text',
  'resources-templates-read',
  'sep-2164-resource-not-found',
  'server-sse-multiple-streams',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-error',
  'tools-call-image',
  'tools-call-mixed-content',
  'tools-call-simple-text',
  'tools-call-with-progress',
  'tools-list',
];

const CLIENT_SCENARIO = 'auth/client-credentials-jwt';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const [major] = process.versions.node.split('.').map(Number);
if (major < 22) {
  console.log(
    `!!! NOT RUN: the MCP conformance suite requires Node 22; this is ${process.version}`,
  );
} else {
  if (!isInstalled()) npm(here, 'ci', '--no-audit', '--no-fund');
  npm(root, 'run', '--silent', 'build');
  process.exitCode = await main();
}

/** npm writes its own copy of the lock file last, so an interrupted installation has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

function changedAt(path) {
  return statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function npm(cwd, ...args) {
  const { status } = spawnSync(`npm ${args.join(' ')}`, { cwd, shell: true, stdio: 'inherit' });
  if (status !== 0) throw new Error(`"npm ${args.join(' ')}" failed`);
}

async function main() {
  const failures = [...(await testServers()), ...(await testClient())];
  for (const failure of failures) console.log(`FAILED  ${failure}`);
  if (failures.length === 0) console.log('\nThe guard changes no result, and the client passes.');
  return failures.length === 0 ? 0 : 1;
}

async function testServers() {
  const { createFeatureServer } = await import('./feature-server.mjs');
  const { startRelay, startServer } = await import('./relay.mjs');
  const { countChecks, runSuite } = await import('./suite.mjs');
  const { createTestIssuer } = await import('@scopegate/testing');
  const issuer = await createTestIssuer({ alg: 'ES256' });
  const open = createFeatureServer();
  const guarded = createFeatureServer(issuer.options());
  const [openHttp, guardedHttp] = [await startServer(open.app), await startServer(guarded.app)];
  const token = await issuer.mint({ scope: 'mcp:use' });
  const relay = await startRelay(guardedHttp.origin, token);
  const run = (origin) => runSuite('server', '--url', `${origin}/mcp`, '--requirements', REVISION);
  try {
    const unprotected = await fetch(`${guardedHttp.origin}/mcp`, { method: 'POST' });
    if (unprotected.status !== 401) return ['the guarded server responds without a token'];
    const [expected, actual] = [await run(openHttp.origin), await run(relay.origin)];
    return compare(expected, actual, countChecks);
  } finally {
    guarded.close();
    await Promise.all([relay, openHttp, guardedHttp, issuer].map((server) => server.close()));
  }
}

function compare(expected, actual, countChecks) {
  const failures = REQUIRED.filter((scenario) => !expected.has(scenario)).map(
    (scenario) => `${scenario}: the suite has not run it`,
  );
  const total = { required: { passed: 0, made: 0 }, other: { passed: 0, made: 0 } };
  console.log(`${'scenario'.padEnd(48)} open    guarded`);
  for (const [scenario, checks] of expected) {
    const isRequired = REQUIRED.includes(scenario);
    const guardedChecks = actual.get(scenario) ?? [];
    const [open, guarded] = [countChecks(checks), countChecks(guardedChecks)];
    const sum = isRequired ? total.required : total.other;
    sum.passed += guarded.passed;
    sum.made += guarded.made;
    const figures = [open, guarded].map(({ passed, made }) => `${passed}/${made}`.padEnd(8));
    console.log(`${scenario.padEnd(48)} ${figures.join('')}`.trimEnd());
    if (JSON.stringify(checks) !== JSON.stringify(guardedChecks)) {
      failures.push(`${scenario}: the guard changes the result`);
    }
    if (isRequired && guarded.passed < Math.max(guarded.made, 1)) {
      failures.push(`${scenario}: ${guarded.passed} of ${guarded.made} checks passed`);
    }
  }
  const { required, other } = total;
  console.log(
    `\n${required.passed} of ${required.made} checks passed in ${REQUIRED.length} scenarios, and ` +
      `${other.passed} of ${other.made} in ${expected.size - REQUIRED.length} scenarios for features ` +
      'that the server lacks in part.',
  );
  return failures;
}

async function testClient() {
  const { countChecks, runSuite } = await import('./suite.mjs');
  const command = `${process.execPath} ${fileURLToPath(new URL('service-client.mjs', import.meta.url))}`;
  const results = await runSuite('client', '--command', command, '--scenario', CLIENT_SCENARIO);
  const checks = [...results.values()].flat();
  const { passed, made } = countChecks(checks);
  console.log(`${CLIENT_SCENARIO}: ${passed} of ${made} checks passed.`);
  if (made > 0 && passed === made) return [];
  return checks
    .filter(({ status }) => status !== 'SUCCESS')
    .map(({ id }) => `${CLIENT_SCENARIO}: ${id}`)
    .concat(made === 0 ? [`${CLIENT_SCENARIO}: the suite made no check`] : []);
}
