/**
 * The rules that keep the packages and their files in layers.
 *
 * @module
 */
import { posix } from 'node:path';
import type { ModuleImport, SourceModule } from './workspace-modules.js';
import { isUnitTest } from './workspace.js';

/** What one package may consist of and lean on. */
export interface PackageRules {
  /** The files of `src/` without `.ts`, lowest layer first; `index` is above them all. */
  readonly layers: readonly (readonly string[])[];
  /** The packages it may import. */
  readonly imports: readonly string[];
  /** The packages it may import by `import type` only. */
  readonly importsTypes?: readonly string[];
}

const BANNED_NAMES = new Set(['common', 'constants', 'helpers', 'misc', 'types', 'utils']);

/**
 * Holds the modules of one package against its rules.
 *
 * @param rules - The package's row of the table.
 * @param modules - Every file of its `src/`, unit tests included.
 * @returns One sentence per breach; empty when there is none.
 */
export function findBreaches(rules: PackageRules, modules: readonly SourceModule[]): string[] {
  const layers = new Map(
    rules.layers.flatMap((files, layer) => files.map((file) => [`${file}.ts`, layer])),
  );
  layers.set('index.ts', rules.layers.length);
  const sources = modules.filter(({ path }) => !isUnitTest(path));
  return [
    ...tableBreaches(layers, sources),
    ...modules.flatMap(shapeBreaches),
    ...modules.flatMap(deepImports),
    ...sources.flatMap((module) => layerBreaches(layers, module)),
    ...sources.flatMap((module) => arrowBreaches(rules, module)),
  ];
}

type Layers = ReadonlyMap<string, number>;

function tableBreaches(layers: Layers, sources: readonly SourceModule[]): string[] {
  const paths = sources.map(({ path }) => path);
  return [
    ...paths.filter((path) => !layers.has(path)).map((path) => `${path} is in no layer`),
    ...[...layers.keys()]
      .filter((path) => !paths.includes(path))
      .map((path) => `${path} is in the table and does not exist`),
  ];
}

function shapeBreaches(module: SourceModule): string[] {
  const { path } = module;
  const breaches: string[] = [];
  const names = path.replace(/\.ts$/, '').split('/');
  for (const name of names) {
    if (BANNED_NAMES.has(name)) breaches.push(`${path} is not named after what it exports`);
    if (!/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name)) breaches.push(`${path} is not in kebab-case`);
  }
  if (module.exportsAll) breaches.push(`${path} exports whatever another module exports`);
  if (module.exportsDefault) breaches.push(`${path} has a default export`);
  if (path === 'index.ts' && module.hasLogic) breaches.push(`${path} does more than re-export`);
  return breaches;
}

/** Seen from `src/`: a sibling of the package's folder, or the way down again from the root. */
const OTHER_PACKAGE = /^\.\.\/\.\.\/[^.]|\/packages\//;

/** A package is reached by its name; even unit tests know nothing of another package's files. */
function deepImports(module: SourceModule): string[] {
  return module.imports
    .filter(({ specifier }) =>
      isRelative(specifier)
        ? OTHER_PACKAGE.test(target(module, specifier))
        : /^@scopegate\/[^/]+\//.test(specifier),
    )
    .map(({ specifier }) => `${module.path} reaches into another package: ${specifier}`);
}

function layerBreaches(layers: Layers, module: SourceModule): string[] {
  const own = layers.get(module.path);
  if (own === undefined) return [];
  return module.imports
    .filter(({ specifier }) => isRelative(specifier))
    .filter(({ specifier }) => (layers.get(target(module, specifier)) ?? Infinity) >= own)
    .map(({ specifier }) => `${module.path} imports ${specifier}, which is in no lower layer`);
}

function arrowBreaches(rules: PackageRules, module: SourceModule): string[] {
  return module.imports
    .filter(({ specifier }) => !isRelative(specifier) && !specifier.startsWith('node:'))
    .filter((imported) => !isAllowed(rules, imported))
    .map(({ specifier, typeOnly }) => {
      const how = typeOnly ? 'the types of ' : '';
      return `${module.path} may not import ${how}${specifier}`;
    });
}

function isAllowed(rules: PackageRules, { specifier, typeOnly }: ModuleImport): boolean {
  return (
    rules.imports.includes(specifier) ||
    (typeOnly && (rules.importsTypes ?? []).includes(specifier))
  );
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

/** The path below `src/` that a relative specifier leads to. */
function target(module: SourceModule, specifier: string): string {
  return posix.join(posix.dirname(module.path), specifier).replace(/\.js$/, '.ts');
}
