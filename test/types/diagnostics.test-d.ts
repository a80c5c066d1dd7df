/** The message of the compiler for a common mistake. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const place = fileURLToPath(new URL('mistake.ts', import.meta.url));

/** The messages of the compiler about a module, each with its details. */
function diagnose(source: string): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    customConditions: ['@scopegate/source'],
    exactOptionalPropertyTypes: true,
  };
  const base = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...base,
    fileExists: (name) => name === place || base.fileExists(name),
    getSourceFile: (name, target, ...others) =>
      name === place
        ? ts.createSourceFile(name, source, target)
        : base.getSourceFile(name, target, ...others),
  };
  const program = ts.createProgram([place], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(place))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('missing audience', () => {
  it('is reported by the compiler for the simplest form of the options', () => {
    const [message = '', ...others] = diagnose(
      `import { createResourceServer } from '@scopegate/express';
       createResourceServer({ issuer: 'https://auth.example.com', scopes: ['read'] });`,
    );
    expect(others).toEqual([]);
    const [reason = '', by = ''] = message.split('\n').reverse();
    expect(reason).toContain("Property 'audience' is missing");
    // The form with discovery: a user who forgot the audience does not need a message about secrets.
    expect(by).toContain('jwksUri?: string');
    expect(by).not.toContain('KeyObject');
  });
});
