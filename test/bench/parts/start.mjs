/**
 * How long the imports of an application take when its process starts.
 */
import { countFiles, timeImport } from '../measure/import-cost.mjs';
import { interleave } from '../measure/rounds.mjs';
import { ratio, summarise } from '../measure/statistics.mjs';
import { formatFigure } from '../report/format.mjs';
import { OWN } from '../settings.mjs';

const built = (name) => new URL(`../../../packages/${name}/dist/index.js`, import.meta.url).href;
const installed = (name) => import.meta.resolve(name);

const EXPRESS = 'express';
const JOSE = 'jose';
const GUARD = '@scopegate/express';
const VERIFIER = '@scopegate/access-token';

const MIDDLEWARE = {
  [GUARD]: [built('express')],
  'express-oauth2-jwt-bearer': [installed('express-oauth2-jwt-bearer')],
  'express-jwt + jwks-rsa': [installed('express-jwt'), installed('jwks-rsa')],
};
const VERIFIERS = {
  [VERIFIER]: [built('access-token')],
  [JOSE]: [installed('jose')],
  'aws-jwt-verify': [installed('aws-jwt-verify')],
  'fast-jwt + get-jwks': [installed('fast-jwt'), installed('get-jwks')],
};
const REFERENCES = {
  [EXPRESS]: [installed('express')],
  'node:http, node:crypto': ['node:http', 'node:crypto'],
};
const OTHERS = {
  '@scopegate/client': [built('client')],
  '@scopegate/testing': [built('testing')],
};

/** @returns {Promise<import('../report/results.mjs').Measurement>} */
export async function run({ startRounds }) {
  const imports = { ...MIDDLEWARE, ...VERIFIERS, ...REFERENCES, ...OTHERS };
  const contestants = new Map(Object.entries(imports));
  const measure = (urls) => timeImport(...urls);
  // The first round fills the file system cache.
  await interleave(contestants, 1, measure);
  const costs = await interleave(contestants, startRounds, measure);
  const wall = pick(costs, 'wallMs');
  const samples = { wall, cpu: pick(costs, 'cpuMs') };
  return {
    about:
      'Each import runs in a new process: the wall-clock time from the call of `import()` until it ' +
      'resolves, and the CPU time of all threads. The files are in the cache of the operating ' +
      'system. "Files" counts the loaded JavaScript files, including those of dependencies.',
    tables: [
      tableOf('Middleware', MIDDLEWARE, EXPRESS, samples),
      tableOf('Verifiers', VERIFIERS, JOSE, samples),
      tableOf(
        'Other packages, and what servers load anyway',
        { ...REFERENCES, ...OTHERS },
        EXPRESS,
        samples,
      ),
    ],
    charts: [
      chartOf('Import of middleware', { ...MIDDLEWARE, [EXPRESS]: REFERENCES[EXPRESS] }, wall),
      chartOf('Import of a verifier', VERIFIERS, wall),
    ],
    figures: {
      'start.express': ratio(wall.get(GUARD), wall.get(EXPRESS)),
      'start.access-token': ratio(wall.get(VERIFIER), wall.get(JOSE)),
    },
  };
}

/** @returns {Map<string, number[]>} One member of the costs, by name. */
function pick(costs, member) {
  return new Map([...costs].map(([name, rounds]) => [name, rounds.map((cost) => cost[member])]));
}

function tableOf(title, imports, base, { wall, cpu }) {
  const rows = Object.entries(imports).map(([name, urls]) => [
    name,
    name === base ? '1' : formatFigure(ratio(wall.get(name), wall.get(base))),
    formatFigure(summarise(wall.get(name))),
    formatFigure(summarise(cpu.get(name))),
    String(countFiles(...urls)),
  ]);
  return { title, columns: ['', `times ${base}`, 'ms', 'ms of CPU', 'files'], rows };
}

function chartOf(title, imports, wall) {
  const bars = Object.keys(imports).map((name) => ({
    label: labelOf(name),
    kind: kindOf(name),
    ...summarise(wall.get(name)),
  }));
  return { title, unit: 'ms', better: 'lower', bars };
}

function labelOf(name) {
  return kindOf(name) === 'own' ? OWN : name;
}

function kindOf(name) {
  if (name.startsWith('@scopegate/')) return 'own';
  return name in REFERENCES ? 'reference' : 'peer';
}
