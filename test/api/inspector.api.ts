// The public API of @scopegate/inspector. Run "npm run api" to write this file again.

import type { ExplainOptions, SenderConstraint, TokenExplanation } from '@scopegate/access-token';
import type {
  GuardPolicy,
  ResourceServerHealth,
  ScopeRequirement,
} from '@scopegate/resource-server';
import type { PrivilegeUsage } from '@scopegate/telemetry/privileges';
import type { IncomingMessage, ServerResponse } from 'node:http';

// @scopegate/inspector

export declare const FAULT_CHANNEL = 'scopegate:fault';

export interface FaultEvent {
  readonly subscriber: string;
  readonly channel: string;
  readonly error: string;
}

export interface InspectedRecorder {
  snapshot(): PrivilegeUsage;
}

export interface InspectedServer {
  readonly name: string;
  health(): ResourceServerHealth;
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  auditRoutes?(
    app: never,
    options?: {
      readonly scopes?: undefined;
    },
  ): RouteAudit;
}

export interface Inspector {
  listen(options?: ListenOptions): Promise<InspectorAddress>;
  middleware(options: MountOptions): InspectorMiddleware;
  close(): Promise<void>;
}

export interface InspectorAddress {
  readonly url: string;
  readonly port: number;
}

export type InspectorMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface InspectorOptions {
  readonly servers: Readonly<Record<string, InspectedServer>>;
  readonly app?: object | undefined;
  readonly privileges?: InspectedRecorder | undefined;
  readonly explain?: boolean | undefined;
}

export interface ListenOptions {
  readonly port?: number | undefined;
}

export interface MountOptions {
  readonly protectedBy: ProtectingMiddleware;
}

export type ProtectingMiddleware = (req: never, res: never, next: never) => unknown;

export declare function createInspector(options: InspectorOptions): Inspector;

// Not exported: the declarations above mention these.

interface AuditedMetadata {
  readonly scopesSupported: readonly string[] | undefined;
  readonly missing: readonly string[];
  readonly needless: readonly string[];
}

interface AuditedRoute extends CombinedPolicy {
  readonly method: string;
  readonly path: string;
  readonly access: RouteAccess;
  readonly exposure: ExposureReason | undefined;
  readonly guards: readonly string[];
  readonly reportOnlyUntil: string | undefined;
  readonly trial: CombinedPolicy | undefined;
  readonly earlyHandlers: readonly string[];
  readonly publicReason: string | undefined;
  readonly impliedByGet: boolean;
}

interface AuditedScopes {
  readonly declared: readonly string[] | undefined;
  readonly unused: readonly string[];
  readonly undeclared: readonly string[];
}

interface CombinedPolicy {
  readonly scope: ScopeRequirement | undefined;
  readonly expandedScope: ScopeRequirement | undefined;
  readonly scopes: readonly string[];
  readonly atMost: readonly string[] | undefined;
  readonly principal: GuardPolicy['principal'];
  readonly senderConstraints: readonly SenderConstraint[];
  readonly acrValues: readonly string[] | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly fresh: boolean;
  readonly checks: readonly string[];
}

interface Exposure extends ExposureReason {
  readonly endpoint: string;
}

type ExposureCause = 'open' | 'optional' | 'early_handler' | 'unseen';

interface ExposureReason {
  readonly cause: ExposureCause;
  readonly reason: string;
}

type RouteAccess = 'guarded' | 'optional' | 'public' | 'open';

interface RouteAudit {
  readonly routes: readonly AuditedRoute[];
  readonly exposures: readonly Exposure[];
  readonly scopes: AuditedScopes;
  readonly metadata: AuditedMetadata | undefined;
}
