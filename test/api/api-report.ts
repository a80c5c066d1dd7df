/**
 * The API report of a package: the declarations of all that it exports, and of the internal types that
 * these mention, without comments.
 *
 * @module
 */
import ts from 'typescript';
import {
  type Declaration,
  isReference,
  keyOf,
  listExports,
  type Resolved,
  resolveExport,
  resolveName,
} from './declarations.js';
import { entryFile, listEntries } from './entry-points.js';
import { findHome } from './homes.js';

/** Writes the report of a package: TypeScript that is not formatted yet. */
export function reportApi(packageName: string): string {
  const report = new ApiReport(packageName);
  const sections = listEntries(packageName).map((entry) => report.describeEntry(entry));
  const mentioned = report.describeMentioned();
  return [
    `// The public API of @scopegate/${packageName}. Run "npm run api" to write this file again.`,
    report.describeImports(),
    ...sections,
    mentioned.length === 0 ? '' : '// Not exported: the declarations above mention these.',
    ...mentioned,
  ].join('\n\n');
}

const printer = ts.createPrinter({ removeComments: true });

class ApiReport {
  readonly #package: string;
  /** The names in the report, by the key of what they stand for. */
  readonly #names = new Map<string, string>();
  readonly #imports = new Map<string, Set<string>>();
  readonly #mentioned = new Map<string, Declaration>();
  readonly #printed = new Map<string, string>();

  constructor(packageName: string) {
    this.#package = packageName;
    for (const entry of listEntries(packageName)) {
      const file = entryFile(packageName, entry) ?? '';
      for (const { name } of listExports(file)) this.#claim(keyOf(resolveExport(file, name)), name);
    }
  }

  /** Describes one entry point: what it exports of other packages, then its own declarations. */
  describeEntry(entry: string): string {
    const file = entryFile(this.#package, entry) ?? '';
    const lines: string[] = [];
    const declarations: string[] = [];
    for (const { name, typeOnly } of listExports(file)) {
      const resolved = resolveExport(file, name);
      const home = this.#printed.get(keyOf(resolved)) ?? this.#findImport(resolved);
      const type = typeOnly ? 'type ' : '';
      if (home !== undefined) lines.push(`export { ${type}${name} } from '${home}';`);
      else if (resolved.kind === 'declared') {
        this.#printed.set(keyOf(resolved), `@scopegate/${this.#package}`);
        declarations.push(this.#print(resolved.declaration, typeOnly ? 'type' : 'value'));
      }
    }
    const title = `// @scopegate/${this.#package}${entry.slice(1)}`;
    return [title, lines.join('\n'), ...declarations].join('\n\n');
  }

  /** Describes the declarations that are mentioned and not exported, and those that they mention. */
  describeMentioned(): string[] {
    const texts = new Map<string, string>();
    for (const [key, declaration] of this.#mentioned) {
      if (!this.#printed.has(key)) texts.set(this.#names.get(key) ?? key, this.#print(declaration));
    }
    return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  }

  /** The imports; complete when everything else is described. */
  describeImports(): string {
    return [...this.#imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([specifier, names]) =>
          `import type { ${[...names].sort().join(', ')} } from '${specifier}';`,
      )
      .join('\n');
  }

  #print(declaration: Declaration, exported?: 'type' | 'value'): string {
    const name = this.#names.get(keyOf({ kind: 'declared', declaration })) ?? declaration.name;
    const text = declaration.statements
      .map((statement) => this.#printStatement(statement, name))
      .join('\n');
    if (exported === undefined) return text;
    const isType = /^(?:interface|type) /.test(text);
    if (exported === 'type' && !isType) return `${text}\nexport type { ${name} };`;
    return text.replace(/^(?=interface |type |declare )/gm, 'export ');
  }

  #printStatement(statement: ts.Statement, name: string): string {
    const file = statement.getSourceFile();
    const { transformed } = ts.transform(statement, [
      (context) => (node) => {
        const visit = (child: ts.Node): ts.Node => {
          if (ts.isIdentifier(child)) {
            const target = isDeclared(child) ? name : this.#mention(file.fileName, child);
            return target === undefined || target === child.text
              ? child
              : ts.factory.createIdentifier(target);
          }
          return ts.visitEachChild(child, visit, context);
        };
        return ts.visitEachChild(node, visit, context);
      },
    ]);
    const [result = statement] = transformed;
    return printer.printNode(ts.EmitHint.Unspecified, result, file).replace(/^export /, '');
  }

  /** The name in the report of what an identifier stands for; `undefined` if that is not a reference. */
  #mention(file: string, identifier: ts.Identifier): string | undefined {
    const resolved = isReference(identifier) ? resolveName(file, identifier.text) : undefined;
    if (resolved === undefined) return undefined;
    const key = keyOf(resolved);
    const name = this.#claim(
      key,
      resolved.kind === 'declared' ? resolved.declaration.name : resolved.name,
    );
    const home = this.#findImport(resolved);
    if (home === undefined) {
      if (resolved.kind === 'declared') this.#mentioned.set(key, resolved.declaration);
      return name;
    }
    const original =
      resolved.kind === 'declared' ? findHome(resolved.declaration)?.name : resolved.name;
    const names = this.#imports.get(home) ?? new Set();
    this.#imports.set(home, names.add(original === name ? name : `${original} as ${name}`));
    return name;
  }

  /** Where a report imports a name from; `undefined` for what it declares itself. */
  #findImport(resolved: Resolved): string | undefined {
    if (resolved.kind === 'foreign') return resolved.specifier;
    const home = findHome(resolved.declaration);
    return home?.packageName === this.#package ? undefined : home?.specifier;
  }

  /** Gives a name to what has none yet: its own, unless another one has it. */
  #claim(key: string, wanted: string): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
    this.#names.set(key, name);
    return name;
  }
}

/** Whether an identifier is what its statement declares. */
function isDeclared({ parent }: ts.Identifier): boolean {
  return ts.isVariableDeclaration(parent) || ts.isSourceFile(parent.parent);
}
