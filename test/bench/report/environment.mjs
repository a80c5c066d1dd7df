/**
 * The environment in which figures were measured.
 */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { isPinned, LOAD_CORE } from '../server/cores.mjs';
import { findEngines } from '../server/redis.mjs';

/** The machine, and the versions of everything that is measured. */
export function describeEnvironment() {
  const processors = cpus();
  const { node, openssl, v8 } = process.versions;
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    pinned: isPinned ? 'yes' : 'no',
    ownCoreForLoad: LOAD_CORE === undefined ? 'no' : 'yes',
    versions: { node, openssl, v8, ...readPeerVersions() },
  };
}

function readPeerVersions() {
  const { dependencies } = readJson(new URL('../package.json', import.meta.url));
  const own = readJson(new URL('../../../packages/express/package.json', import.meta.url));
  const peers = Object.keys(dependencies).map((name) => {
    const installed = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return [name, readJson(installed).version];
  });
  const servers = findEngines().map(({ name }) => name.toLowerCase().split(' '));
  return { [own.name]: own.version, ...Object.fromEntries([...peers, ...clients(), ...servers]) };
}

/** The clients of Redis, which are installed for the tests of the repository. */
function clients() {
  return ['redis', 'ioredis'].map((name) => {
    const installed = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
    return [`npm:${name}`, readJson(installed).version];
  });
}

function readJson(url) {
  return JSON.parse(readFileSync(url, 'utf8'));
}
