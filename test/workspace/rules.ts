/**
 * The rules for packages, their rooms and their files.
 *
 * @module
 */
import { posix } from 'node:path';
import { findCircle } from './circles.js';
import type { ModuleImport, SourceModule } from './modules.js';
import { isUnitTest } from './workspace.js';

/** The rooms and dependencies of one package. */
export interface PackageRules {
  /**
   * The rooms of `src/`, lowest row first; `index` is above them all. A name with a slash is a
   * folder, any other a file without `.ts`. A room imports itself and lower rows, never another room
   * of the same row.
   */
  readonly rooms: readonly (readonly string[])[];
  /** Rooms that have a place in a row and do not exist yet. */
  readonly planned?: readonly string[];
  /** The packages it may import. */
  readonly imports: readonly string[];
  /** The packages it may import by `import type` only. */
  readonly importsTypes?: readonly string[];
}

/** The maximum number of files in one folder. */
const MOST_FILES = 15;

/** The entry points of a package; an entry point contains only re-exports. */
const ENTRY_FILES = new Set(['index.ts', 'internal.ts']);

const BANNED_NAMES = new Set(['common', 'constants', 'helpers', 'misc', 'types', 'utils']);

/**
 * Checks the modules of one package against its rules.
 *
 * @param rules - The package's entry in the table.
 * @param modules - Every file of its `src/`, unit tests included.
 * @returns One sentence per breach; empty when there is none.
 */
export function findBreaches(rules: PackageRules, modules: readonly SourceModule[]): string[] {
  const rows = new Map(rules.rooms.flatMap((rooms, row) => rooms.map((room) => [room, row])));
  rows.set('index', rules.rooms.length);
  const sources = modules.filter(({ path }) => !isUnitTest(path));
  return [
    ...tableBreaches(rows, sources, rules.planned ?? []),
    ...modules.flatMap(shapeBreaches),
    ...modules.flatMap(deepImports),
    ...sources.flatMap((module) => roomBreaches(rows, module)),
    ...circleBreaches(sources),
    ...sources.flatMap((module) => arrowBreaches(rules, module)),
  ];
}

type Rows = ReadonlyMap<string, number>;

/** The room of a file: its folder with a slash, or the file itself. */
function roomOf(path: string): string {
  const [first = '', ...inside] = path.split('/');
  return inside.length === 0 ? first.replace(/\.tsx?$/, '') : `${first}/`;
}

function tableBreaches(
  rows: Rows,
  sources: readonly SourceModule[],
  planned: readonly string[],
): string[] {
  const paths = sources.map(({ path }) => path);
  const rooms = paths.map(roomOf);
  const crowded = [...new Set(rooms)]
    .map((room) => ({ room, count: rooms.filter((each) => each === room).length }))
    .filter(({ count }) => count > MOST_FILES);
  return [
    ...paths.filter((path) => !rows.has(roomOf(path))).map((path) => `${path} is in no room`),
    ...[...rows.keys()]
      .filter((room) => !rooms.includes(room) && !planned.includes(room))
      .map((room) => `room ${room} is in the table and does not exist`),
    ...planned
      .filter((room) => rooms.includes(room))
      .map((room) => `room ${room} exists: it is not planned any more`),
    ...crowded.map(({ room, count }) => `room ${room} has ${count} files: split it`),
  ];
}

function shapeBreaches(module: SourceModule): string[] {
  const { path } = module;
  const breaches: string[] = [];
  const names = path.replace(/\.tsx?$/, '').split('/');
  for (const name of names) {
    if (BANNED_NAMES.has(name)) breaches.push(`${path} is not named after what it exports`);
    if (!/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name)) breaches.push(`${path} is not in kebab-case`);
  }
  if (names.length > 2) breaches.push(`${path} is in a room inside a room`);
  if (names.length > 1 && names.at(-1) === 'index') breaches.push(`${path} is an index in a room`);
  if (module.exportsAll) breaches.push(`${path} exports everything another module exports`);
  if (module.exportsDefault) breaches.push(`${path} has a default export`);
  if (ENTRY_FILES.has(path) && module.hasLogic) breaches.push(`${path} does more than re-export`);
  return breaches;
}

/** Relative to `src/`: a sibling of the package's folder, or a path from the root. */
const OTHER_PACKAGE = /^\.\.\/\.\.\/[^.]|\/packages\//;
/** The entry points of one package that another may import. */
const ENTRY = /^@scopegate\/[^/]+(\/(internal|logs|privileges|providers))?$/;

/** A package is imported by its name; even unit tests must not import files of another package. */
function deepImports(module: SourceModule): string[] {
  return module.imports
    .filter(({ specifier }) =>
      isRelative(specifier)
        ? OTHER_PACKAGE.test(target(module, specifier))
        : specifier.startsWith('@scopegate/') && !ENTRY.test(specifier),
    )
    .map(({ specifier }) => `${module.path} reaches into another package: ${specifier}`);
}

function roomBreaches(rows: Rows, module: SourceModule): string[] {
  const room = roomOf(module.path);
  const row = rows.get(room);
  if (row === undefined) return [];
  return module.imports
    .filter(({ specifier }) => isRelative(specifier))
    .flatMap(({ specifier }) => {
      const path = target(module, specifier);
      const other = roomOf(path);
      // Files of one room may import each other in any order without a circle.
      if (other === room && path !== module.path && !isUnitTest(path)) return [];
      const otherRow = isUnitTest(path) ? undefined : rows.get(other);
      const breach = otherRow === row ? 'a sibling room' : 'a higher room';
      return otherRow !== undefined && otherRow < row
        ? []
        : [`${module.path} imports ${breach}: ${specifier}`];
    });
}

function circleBreaches(sources: readonly SourceModule[]): string[] {
  const graph = new Map(
    sources.map((module) => [
      module.path.replace(/\.tsx$/, '.ts'),
      module.imports
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => target(module, specifier)),
    ]),
  );
  const circle = findCircle(graph);
  return circle === undefined ? [] : [`files import each other in a circle: ${circle.join(' → ')}`];
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

/** The path below `src/` that a relative specifier leads to; also for JSX with `.ts`. */
function target(module: SourceModule, specifier: string): string {
  return posix.join(posix.dirname(module.path), specifier).replace(/\.js$/, '.ts');
}
