/**
 * The rooms of every package, as data.
 *
 * @module
 */
import type { PackageRules } from './rules.js';

/**
 * The table of rooms, lowest row first: a name with a slash is a folder, any other a file. A room
 * imports itself, lower rows, and the packages that `imports` names. A new room gets a place in a row;
 * a new dependency is an arrow that needs a reason.
 */
export const PACKAGES: Readonly<Record<string, PackageRules>> = {
  protocol: {
    imports: ['leven'],
    rooms: [
      ['quoted-string', 'scope'],
      [
        'challenge',
        'challenge-parser',
        'refusal-reasons',
        'request-authenticator',
        'unavailable-error',
      ],
      ['challenge-error'],
      ['authentication-error', 'bearer-errors', 'dpop-errors'],
      ['authorization', 'internal/'],
      ['http/', 'revocation/'],
      ['internal'],
    ],
  },
  'access-token': {
    imports: [
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      'jose',
      'jose/jwe/compact/decrypt',
      'lru-cache',
    ],
    importsTypes: ['@standard-schema/spec'],
    rooms: [
      [
        'call-limiter',
        'end-listeners',
        'jws/',
        'option-context',
        'refusal-origin',
        'replay/',
        'retry-after',
        'snapshots/',
        'stale-uses',
      ],
      ['claims/', 'jwe/', 'keys/'],
      ['dpop/', 'introspection-request/', 'mtls/', 'revocation/'],
      ['introspection/'],
      ['options/'],
      ['issuers/'],
      ['providers/', 'verification/'],
      ['possession/', 'trial/'],
      ['inspection/', 'scopegate-error'],
      ['checks/'],
      ['mistakes/', 'reasons/'],
      ['explain/'],
      ['access-token-verifier'],
      ['verifier-internals'],
      ['verifier'],
      // The entry points of the subpaths.
      ['internal', 'providers'],
    ],
  },
  'resource-server': {
    imports: [
      '@scopegate/access-token',
      '@scopegate/access-token/internal',
      '@scopegate/access-token/providers',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      'vary',
    ],
    rooms: [
      ['sender-constraint', 'user-authentication'],
      ['policy/', 'providers', 'refusal/'],
      ['request/'],
      ['decision-event', 'metadata/'],
      ['audit/', 'observation/', 'options'],
      ['guard/'],
      ['report/', 'upgrade/'],
      ['server/'],
      ['fetch/', 'hook/', 'resource-server'],
      ['hook-audit/'],
      ['internal'],
    ],
  },
  express: {
    imports: [
      '@scopegate/access-token',
      '@scopegate/access-token/providers',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      '@scopegate/resource-server',
      '@scopegate/resource-server/internal',
    ],
    importsTypes: ['express'],
    rooms: [
      ['providers', 'request/', 'router/'],
      ['metadata/', 'refusal/', 'route-finder'],
      ['guard/', 'options'],
      ['audit/'],
      ['report/'],
      ['resource-server'],
      ['expect-all-guarded', 'internal'],
    ],
  },
  fastify: {
    imports: [
      '@scopegate/access-token',
      '@scopegate/access-token/providers',
      '@scopegate/resource-server',
      '@scopegate/resource-server/internal',
      'fastify-plugin',
    ],
    importsTypes: ['fastify'],
    rooms: [['metadata-plugin', 'providers'], ['resource-server']],
  },
  web: {
    imports: [
      '@scopegate/access-token',
      '@scopegate/access-token/providers',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      '@scopegate/resource-server',
      '@scopegate/resource-server/internal',
    ],
    rooms: [['guard', 'providers'], ['resource-server']],
  },
  client: {
    imports: ['@scopegate/protocol', '@scopegate/protocol/internal', 'lru-cache', 'oauth4webapi'],
    rooms: [
      ['errors', 'option-hints', 'signature-algorithm'],
      ['credential/', 'dpop/', 'events', 'server/'],
      ['token/'],
      ['api/'],
      ['options'],
      ['token-source'],
      ['token-client'],
    ],
  },
  redis: {
    imports: ['@scopegate/protocol', '@scopegate/protocol/internal'],
    rooms: [
      ['store-configuration-error', 'store-unavailable-error'],
      ['store-events'],
      ['connection/', 'sealing/'],
      ['options', 'store-parts'],
      ['introspection/', 'replay/', 'revocation/', 'snapshots/', 'tokens/'],
      ['redis-stores'],
    ],
  },
  telemetry: {
    imports: [
      '@opentelemetry/api',
      '@scopegate/access-token',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      '@scopegate/resource-server',
      '@scopegate/resource-server/internal',
    ],
    rooms: [
      ['events/'],
      ['log/', 'metrics/', 'span-attributes', 'usage/'],
      ['report/', 'telemetry-options'],
      ['telemetry'],
      // The entry points of the subpaths.
      ['logs', 'privileges'],
    ],
  },
  inspector: {
    imports: [
      '@scopegate/access-token',
      '@scopegate/access-token/internal',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      '@scopegate/resource-server',
      '@scopegate/resource-server/internal',
      '@scopegate/telemetry/privileges',
      // The page, in the browser.
      'preact',
      'preact/hooks',
    ],
    rooms: [
      ['response', 'wire'],
      ['assets', 'gate/', 'history/', 'options', 'page-state/'],
      ['feed/', 'page-elements/'],
      ['api/', 'page-views/'],
      ['front/', 'page/'],
      ['inspector'],
    ],
  },
  cli: {
    imports: [
      '@scopegate/access-token',
      // The presets, by name.
      '@scopegate/access-token/providers',
      '@scopegate/express',
      // The verifiers behind the guards of the application.
      '@scopegate/express/internal',
      '@scopegate/protocol',
      '@scopegate/protocol/internal',
      '@scopegate/telemetry/privileges',
      'commander',
      // The application to audit.
      '(computed)',
    ],
    rooms: [
      ['command-error', 'command-help', 'exit-code', 'option-parsers', 'terminal'],
      ['advice/', 'application/', 'usage/'],
      ['doctor/', 'explain/', 'privileges/', 'routes/', 'trials/'],
      ['usage-commands'],
      ['command-line', 'report-process'],
      ['scopegate'],
    ],
  },
  testing: {
    // Never the verifier's code, so that both cannot have the same bug.
    imports: ['@scopegate/protocol', '@scopegate/protocol/internal'],
    importsTypes: ['@scopegate/access-token'],
    rooms: [
      ['clock', 'fault', 'promised', 'shapes/'],
      ['opaque-shapes/'],
      ['tokens/'],
      ['encryption/', 'forgeries/', 'server/'],
      ['bearer', 'certificates/', 'issuer-options', 'proofs/'],
      ['plans/', 'test-issuer-server'],
      ['attack/', 'test-issuer'],
    ],
  },
};
