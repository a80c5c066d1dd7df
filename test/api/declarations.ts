/**
 * Finds the declarations behind names, in the sources of all packages.
 *
 * Every exported declaration of a package has its types written (`isolatedDeclarations`), so each file
 * becomes a declaration file by itself, without the type checker and without a build.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { root } from '../workspace/workspace.js';
import { entryFile } from './entry-points.js';

/** What a name stands for: a declaration of a package, or a name of a module outside the workspace. */
export type Resolved =
  | { readonly kind: 'declared'; readonly declaration: Declaration }
  | { readonly kind: 'foreign'; readonly specifier: string; readonly name: string };

/** All statements of a file that declare one name: the overloads of a function, for example. */
export interface Declaration {
  /** From the root of the workspace, with forward slashes. */
  readonly file: string;
  readonly name: string;
  readonly statements: readonly ts.Statement[];
}

/** A name that a module exports. */
export interface ExportedName {
  readonly name: string;
  /** Only the type is exported, even of a class. */
  readonly typeOnly: boolean;
}

interface Binding {
  /** `undefined` for another name of the same file. */
  readonly specifier: string | undefined;
  readonly name: string;
  readonly typeOnly: boolean;
}

interface DeclarationModule {
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly imports: ReadonlyMap<string, Binding>;
  readonly exports: ReadonlyMap<string, Binding>;
}

const modules = new Map<string, DeclarationModule>();

/** Lists what a module exports, sorted by name. */
export function listExports(file: string): ExportedName[] {
  return [...readModule(file).exports]
    .map(([name, { typeOnly }]) => ({ name, typeOnly }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Resolves a name that a module exports. */
export function resolveExport(file: string, name: string): Resolved {
  const binding = readModule(file).exports.get(name);
  if (binding === undefined) throw new Error(`${file} does not export ${name}`);
  return resolveBinding(file, binding);
}

/** Resolves a name as it is used within a module; `undefined` for globals and type parameters. */
export function resolveName(file: string, name: string): Resolved | undefined {
  const { declarations, imports } = readModule(file);
  const declaration = declarations.get(name);
  if (declaration !== undefined) return { kind: 'declared', declaration };
  const binding = imports.get(name);
  return binding && resolveBinding(file, binding);
}

/** Identifies what a name stands for. */
export function keyOf(resolved: Resolved): string {
  return resolved.kind === 'foreign'
    ? `${resolved.specifier}#${resolved.name}`
    : `${resolved.declaration.file}#${resolved.declaration.name}`;
}

/** Whether an identifier refers to something of the module, instead of naming a member. */
export function isReference(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  return (
    ts.isTypeReferenceNode(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isComputedPropertyName(parent) ||
    (ts.isQualifiedName(parent) && parent.left === identifier) ||
    (ts.isPropertyAccessExpression(parent) && parent.expression === identifier)
  );
}

function resolveBinding(file: string, { specifier, name }: Binding): Resolved {
  if (specifier === undefined) {
    const resolved = resolveName(file, name);
    if (resolved === undefined) throw new Error(`${file} does not declare ${name}`);
    return resolved;
  }
  const target = findSource(file, specifier);
  return target === undefined ? { kind: 'foreign', specifier, name } : resolveExport(target, name);
}

function findSource(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(file), specifier);
    const found = ['.ts', '.tsx']
      .map((extension) => path.replace(/\.js$/, extension))
      .find((candidate) => existsSync(join(root, candidate)));
    if (found === undefined) throw new Error(`${file} imports ${specifier}, which does not exist`);
    return found;
  }
  const [, packageName, entry = ''] = /^@scopegate\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
  return packageName === undefined ? undefined : entryFile(packageName, `.${entry}`);
}

function readModule(file: string): DeclarationModule {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const { outputText } = ts.transpileDeclaration(readFileSync(join(root, file), 'utf8'), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      isolatedDeclarations: true,
      declaration: true,
      strict: true,
      exactOptionalPropertyTypes: true,
    },
  });
  const parsed = ts.createSourceFile(file, outputText, ts.ScriptTarget.ES2023, true);
  const module = outlineModule(file, parsed.statements);
  modules.set(file, module);
  return module;
}

function outlineModule(file: string, statements: readonly ts.Statement[]): DeclarationModule {
  const found = new Map<string, ts.Statement[]>();
  const imports = new Map<string, Binding>();
  const exports = new Map<string, Binding>();
  for (const statement of statements) {
    for (const name of declaredNames(statement)) {
      found.set(name, [...(found.get(name) ?? []), statement]);
      if (isExported(statement)) exports.set(name, { specifier: undefined, name, typeOnly: false });
    }
    if (ts.isImportDeclaration(statement)) readImport(statement, imports);
    if (ts.isExportDeclaration(statement)) readExport(statement, exports);
  }
  const declarations = [...found].map(
    ([name, group]) => [name, { file, name, statements: group }] as const,
  );
  return { declarations: new Map(declarations), imports, exports };
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isDeclaration && statement.name !== undefined ? [statement.name.text] : [];
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function readImport(statement: ts.ImportDeclaration, imports: Map<string, Binding>): void {
  const specifier = textOf(statement.moduleSpecifier);
  const { name, namedBindings } = statement.importClause ?? {};
  if (name !== undefined) imports.set(name.text, { specifier, name: 'default', typeOnly: true });
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) {
    imports.set(namedBindings.name.text, { specifier, name: '*', typeOnly: true });
    return;
  }
  for (const { name: local, propertyName = local } of namedBindings.elements) {
    imports.set(local.text, { specifier, name: propertyName.text, typeOnly: true });
  }
}

function readExport(statement: ts.ExportDeclaration, exports: Map<string, Binding>): void {
  const { exportClause, moduleSpecifier, isTypeOnly } = statement;
  const specifier = moduleSpecifier && textOf(moduleSpecifier);
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return;
  for (const { name, propertyName = name, isTypeOnly: alone } of exportClause.elements) {
    exports.set(name.text, { specifier, name: propertyName.text, typeOnly: isTypeOnly || alone });
  }
}

function textOf(specifier: ts.Expression): string {
  return ts.isStringLiteral(specifier) ? specifier.text : specifier.getText();
}
