/**
 * The imports and exports of a module, read from its syntax tree.
 *
 * @module
 */
import ts from 'typescript';

/** One dependency of a module on another. */
export interface ModuleImport {
  /** As written: `./scope.js`, `node:crypto`, `@scopegate/protocol`. */
  readonly specifier: string;
  /** The import does not exist at run time. */
  readonly typeOnly: boolean;
}

/** The outline of one source file. */
export interface SourceModule {
  /** Below the package's `src/`, with forward slashes: `key-set.ts`. */
  readonly path: string;
  readonly imports: readonly ModuleImport[];
  /** Has an `export * from`. */
  readonly exportsAll: boolean;
  readonly exportsDefault: boolean;
  /** Has a statement that is not a re-export. */
  readonly hasLogic: boolean;
}

/** Reads the outline of a source file. */
export function parseModule(path: string, text: string): SourceModule {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const reexports = file.statements.filter(isReexport);
  return {
    path,
    imports: findImports(file),
    exportsAll: reexports.some(({ exportClause }) => exportClause?.kind !== namedExports),
    exportsDefault: file.statements.some(isDefaultExport),
    hasLogic: reexports.length !== file.statements.length,
  };
}

const namedExports = ts.SyntaxKind.NamedExports;

function isReexport(statement: ts.Statement): statement is ts.ExportDeclaration {
  return ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (ts.isExportDeclaration(statement)) {
    const { exportClause } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return false;
    return exportClause.elements.some(({ name }) => name.text === 'default');
  }
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function findImports(file: ts.SourceFile): ModuleImport[] {
  const imports: ModuleImport[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return imports;
}

/** Static, dynamic, type and `require` imports, and re-exports. */
function importOf(node: ts.Node): ModuleImport | undefined {
  if (ts.isImportDeclaration(node)) {
    // `import { type A }` is not type-only: the module itself is still loaded.
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return moduleImport(node.moduleSpecifier, typeOnly);
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return moduleImport(node.moduleSpecifier, node.isTypeOnly);
  }
  if (ts.isExternalModuleReference(node)) return moduleImport(node.expression, false);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return moduleImport(node.argument.literal, true);
  }
  if (ts.isCallExpression(node) && isLoader(node.expression)) {
    return moduleImport(node.arguments[0], false);
  }
  return undefined;
}

function isLoader(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function moduleImport(specifier: ts.Node | undefined, typeOnly: boolean): ModuleImport {
  const literal = specifier !== undefined && ts.isStringLiteralLike(specifier);
  // A computed specifier has no room, so it is reported as an unknown package.
  return { specifier: literal ? specifier.text : '(computed)', typeOnly };
}
