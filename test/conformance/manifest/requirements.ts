/**
 * The manifest: every requirement, and whether a test shows it.
 *
 * @module
 */
import { CLIENT } from './requirements/client.js';
import { RFC7516 } from './requirements/encryption.js';
import { FETCH, RFC9111 } from './requirements/fetching.js';
import { RFC7515, RFC7517, RFC7518 } from './requirements/jose.js';
import { RFC7519, RFC8725, RFC9068 } from './requirements/jwt.js';
import { MCP } from './requirements/mcp.js';
import { RFC8414, RFC8707, RFC9728 } from './requirements/metadata.js';
import { RFC9457, RFC9700 } from './requirements/practice.js';
import { RFC6749 } from './requirements/rfc6749.js';
import { RFC6750 } from './requirements/rfc6750.js';
import { RFC9110 } from './requirements/rfc9110.js';
import { SCOPEGATE } from './requirements/scopegate.js';
import { RFC8705, RFC9449 } from './requirements/sender-constraint.js';
import { RFC7662, RFC9470, TSL } from './requirements/token-state.js';
import type { Requirement, Specification } from './requirements/specification.js';

/** Every specification, in the order of the report. */
export const SPECIFICATIONS: readonly Specification[] = [
  RFC6750,
  RFC6749,
  RFC9110,
  RFC7515,
  RFC7517,
  RFC7518,
  RFC7516,
  RFC7519,
  RFC8725,
  RFC9068,
  RFC8707,
  RFC8414,
  RFC9728,
  RFC9449,
  RFC8705,
  RFC7662,
  RFC9470,
  TSL,
  RFC9700,
  RFC9457,
  RFC9111,
  FETCH,
  CLIENT,
  MCP,
  SCOPEGATE,
];

/** Every requirement. */
export const REQUIREMENTS: readonly Requirement[] = SPECIFICATIONS.flatMap(
  ({ requirements }) => requirements,
);
