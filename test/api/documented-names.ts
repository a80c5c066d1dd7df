/**
 * Finds what the comments of public names leave out: units, ranges, defaults, errors, examples, and
 * sections of the RFCs.
 *
 * @module
 */
import ts from 'typescript';
import { listFolders } from '../workspace/workspace.js';
import {
  type Declaration,
  isReference,
  keyOf,
  listExports,
  resolveExport,
  resolveName,
} from './declarations.js';
import { entryFile, listEntries } from './entry-points.js';

/** Lists the public declarations of all packages, and the internal ones that they mention. */
export function listPublicDeclarations(): Declaration[] {
  const found = new Map<string, Declaration>();
  const add = (file: string, name: string, resolve: typeof resolveName): void => {
    const resolved = resolve(file, name);
    if (resolved?.kind !== 'declared' || found.has(keyOf(resolved))) return;
    found.set(keyOf(resolved), resolved.declaration);
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && isReference(node)) {
        add(resolved.declaration.file, node.text, resolveName);
      }
      ts.forEachChild(node, visit);
    };
    resolved.declaration.statements.forEach(visit);
  };
  for (const packageName of listFolders('packages')) {
    for (const entry of listEntries(packageName)) {
      const file = entryFile(packageName, entry) ?? '';
      for (const { name } of listExports(file)) add(file, name, resolveExport);
    }
  }
  return [...found.values()];
}

/** Lists the properties of a declaration, also those of types within it, with their paths. */
export function listProperties(declaration: Declaration): [string, ts.PropertySignature][] {
  const found: [string, ts.PropertySignature][] = [];
  const visit = (node: ts.Node, path: string): void => {
    const isProperty = ts.isPropertySignature(node);
    const inner = isProperty ? `${path}.${node.name.getText()}` : path;
    if (isProperty) found.push([inner, node]);
    ts.forEachChild(node, (child) => {
      visit(child, inner);
    });
  };
  for (const statement of declaration.statements) visit(statement, declaration.name);
  return found;
}

/** A function, or a method of an interface or class, with its path. */
export type Callable = ts.FunctionDeclaration | ts.MethodSignature | ts.MethodDeclaration;

/** Lists the functions and methods of a declaration. Of overloads, the first one has the comment. */
export function listCallables(declaration: Declaration): [string, Callable][] {
  const found = new Map<string, Callable>();
  for (const statement of declaration.statements) {
    if (ts.isFunctionDeclaration(statement)) setOnce(found, declaration.name, statement);
    if (!ts.isInterfaceDeclaration(statement) && !ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      if (!ts.isMethodSignature(member) && !ts.isMethodDeclaration(member)) continue;
      setOnce(found, `${declaration.name}.${member.name.getText()}`, member);
    }
  }
  return [...found];
}

function setOnce(found: Map<string, Callable>, name: string, callable: Callable): void {
  if (!found.has(name)) found.set(name, callable);
}

/** The doc comment of a node in one line, without its asterisks; empty if there is none. */
export function commentOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.at(-1)?.getText() ?? '';
  return text.replace(/^\/\*\*|\*\/$|^ *\*/gm, '').replace(/\s+/g, ' ');
}
