/**
 * The public members that hold a time, with their units.
 *
 * @module
 */
import { join } from 'node:path';
import ts from 'typescript';
import { listFolders, readManifest, root } from './workspace.js';

const NAMES = /[a-z](?:Seconds|Ms|At|Days)$|^(?:microseconds|days|issuedBefore)$/;

/** Methods with the same ending. */
const NOT_TIMES = new Set(['charAt', 'codePointAt', 'charCodeAt']);

/** The unit of a member, by its name or, where the name has none, by its comment. */
function unitOf(name: string, comment: string): string {
  if (name.endsWith('Seconds')) return 'seconds';
  if (/days$/i.test(name)) return 'days';
  if (name === 'microseconds') return 'microseconds';
  const [, unit = 'unknown'] =
    /(milliseconds|seconds|ms)\s+since\s+the\s+epoch/i.exec(comment) ?? [];
  if (unit !== 'unknown') return unit.startsWith('s') ? 'seconds since the epoch' : EPOCH_MS;
  if (name === 'nowMs') return EPOCH_MS;
  return name.endsWith('Ms') ? 'milliseconds' : unit;
}

const EPOCH_MS = 'milliseconds since the epoch';

/** As the compiler writes paths, on Windows too. */
const PACKAGES = `${root.replaceAll('\\', '/')}/packages/`;

/** Walks through the types that the packages export. */
class PublicMembers {
  readonly found = new Map<string, Set<string>>();
  readonly #checker: ts.TypeChecker;
  readonly #seen = new Set<ts.Type>();
  /** Types can be nested deeper than the call stack. */
  readonly #pending: ts.Type[] = [];

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  visitModule(module: ts.Symbol): void {
    for (const exported of this.#checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? this.#checker.getAliasedSymbol(exported) : exported;
      this.#add(this.#checker.getDeclaredTypeOfSymbol(symbol));
      this.#visitSymbol(symbol);
    }
    for (let type = this.#pending.pop(); type !== undefined; type = this.#pending.pop()) {
      this.#visitType(type);
    }
  }

  #visitSymbol(symbol: ts.Symbol): void {
    const [declaration] = symbol.declarations ?? [];
    if (declaration?.getSourceFile().fileName.startsWith(PACKAGES) !== true) return;
    const { name } = symbol;
    const type = this.#checker.getTypeOfSymbolAtLocation(symbol, declaration);
    if (type.flags === ts.TypeFlags.Undefined) return; // a member that must be omitted
    if (NAMES.test(name) && !NOT_TIMES.has(name)) {
      const comment = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
      const units = this.found.get(name) ?? new Set();
      this.found.set(name, units.add(unitOf(name, comment)));
    }
    this.#add(type);
  }

  #add(type: ts.Type): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    this.#pending.push(type);
  }

  #visitType(type: ts.Type): void {
    if (type.isUnionOrIntersection()) for (const each of type.types) this.#add(each);
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      for (const parameter of signature.parameters) this.#visitSymbol(parameter);
      this.#add(signature.getReturnType());
    }
    for (const each of type.aliasTypeArguments ?? []) this.#add(each);
    for (const property of type.getProperties()) this.#visitSymbol(property);
    const index = type.getNumberIndexType() ?? type.getStringIndexType();
    if (index !== undefined) this.#add(index);
    const [promised] = this.#checker.getTypeArguments(type as ts.TypeReference);
    if (promised !== undefined) this.#add(promised);
  }
}

/**
 * Finds the members whose names say that they are a time.
 *
 * @returns The units by name; `unknown` where neither the name nor the comment says it.
 */
export function listTimeNames(): ReadonlyMap<string, ReadonlySet<string>> {
  const entries = listFolders('packages').flatMap(listEntryPoints);
  const program = ts.createProgram(entries, readOptions());
  const members = new PublicMembers(program.getTypeChecker());
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const module = file && program.getTypeChecker().getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} must be a module`);
    members.visitModule(module);
  }
  return members.found;
}

/** The sources of the public entry points of a package. */
function listEntryPoints(name: string): string[] {
  return Object.entries(readManifest(`packages/${name}`).exports ?? {}).flatMap(([path, entry]) => {
    if (typeof entry === 'string' || path.endsWith('/internal')) return [];
    const source = entry['@scopegate/source'];
    return source === undefined ? [] : [join(root, 'packages', name, source)];
  });
}

function readOptions(): ts.CompilerOptions {
  const path = join(root, 'tsconfig.test.json');
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}
