import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const UNIVERSAL_GLOBALS = Object.fromEntries(
  ['atob', 'clearTimeout', 'console', 'fetch', 'Request', 'Response', 'setTimeout', 'URL'].map(
    (name) => [name, 'readonly'],
  ),
);

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    'coverage/',
    'test/api/*.api.ts',
    'test/consumers/*/',
    'test/bench/',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { '@stylistic': stylistic },
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'max-params': ['error', 3],
      // Blank lines would sort imports into groups, of which every file has its own.
      '@stylistic/padding-line-between-statements': [
        'error',
        { blankLine: 'never', prev: 'import', next: 'import' },
      ],
      // Written to keep properties on one line; it costs an allocation and a second look.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SpreadElement > :matches(ObjectExpression, ArrayExpression)',
          message: 'Write the members of the literal where they belong, without a spread.',
        },
      ],
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // A describe block is a table of contents, not a function to keep short.
    files: ['**/*.test.ts', '**/*.test-d.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // A row of a table has as many parameters as columns, an error handler of Express has four.
      'max-params': 'off',
      // Node.js 20 can deadlock while it exports a freshly generated key as JWK.
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:crypto', 'jose'].map((name) => ({
            name,
            importNames: ['generateKeyPair', 'generateKeyPairSync'],
            message: 'Use createKeyPair() of test/support/key-pairs.ts.',
          })),
        },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // The page is compiled for browsers.
    files: ['packages/inspector/src/page{,-elements,-views}/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        project: './packages/inspector/src/page/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    files: ['test/support/key-pairs.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['**/*.config.ts', '*.config.js'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    // Programs for a terminal: printing is what they do.
    files: [
      '.ci/**/*.mjs',
      'examples/**',
      'test/consumers/*.mjs',
      'test/mcp-conformance/*.mjs',
      'test/*/report.ts',
    ],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        process: 'readonly',
        URL: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    // Programs for every JavaScript runtime, with the globals that all of them have.
    files: ['test/runtimes/**/*.mjs'],
    languageOptions: { globals: UNIVERSAL_GLOBALS },
    rules: { 'no-console': 'off' },
  },
);
