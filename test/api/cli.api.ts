// The public API of @scopegate/cli. Run "npm run api" to write this file again.

// @scopegate/cli

export interface Advice {
  readonly severity: Severity;
  readonly why: string;
  readonly rfc: string;
  readonly fix: string;
}

export interface CheckIssuerOptions extends FetchOptions {
  readonly jwksUri?: string | undefined;
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

export type DoctorCode =
  ConnectionCode | MetadataCode | KeyCode | TransportCode | BindingCode | IntrospectionCode;

export interface DoctorFinding extends Advice {
  readonly code: DoctorCode;
  readonly what: string;
}

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface FetchOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  readonly timeoutMs: number;
}

export interface IssuerReport {
  readonly issuer: string;
  readonly outcome: 'ok' | 'failed';
  readonly metadata: string | undefined;
  readonly jwksUri: string | undefined;
  readonly keys: number;
  readonly error: string | undefined;
  readonly findings: readonly DoctorFinding[];
}

export type Severity = 'error' | 'warning' | 'info';

export interface Terminal {
  readonly stdin: TextSource;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly clock: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly load: (url: URL) => Promise<unknown>;
  readonly directory: string;
  readonly progressAfterMs: number;
  readonly loadTimeoutMs?: number | undefined;
}

export interface TextSink {
  write(text: string, written?: () => void): unknown;
  readonly isTTY?: boolean | undefined;
  hasColors?(): boolean;
}

export interface TextSource extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined;
}

export declare function checkIssuer(
  issuer: string,
  options: CheckIssuerOptions,
): Promise<IssuerReport>;

export declare function runScopegate(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode>;

// Not exported: the declarations above mention these.

type BindingCode =
  | 'offers_dpop'
  | 'offers_mtls'
  | 'binding_malformed'
  | 'dpop_offers_unsafe'
  | 'dpop_not_offered'
  | 'public_url_internal'
  | 'public_url_unreachable'
  | 'public_url_elsewhere'
  | 'replay_in_process';

type ConnectionCode =
  | 'host_unknown'
  | 'connection_refused'
  | 'connection_failed'
  | 'timed_out'
  | 'certificate_untrusted'
  | 'certificate_invalid'
  | 'tls_failed';

declare const EXIT: {
  readonly ok: 0;
  readonly failed: 1;
  readonly undecided: 2;
};

type IntrospectionCode =
  | 'offers_introspection'
  | 'offers_signed_introspection'
  | 'introspection_malformed'
  | 'introspection_without_authentication'
  | 'introspection_endpoint_not_https'
  | 'introspection_endpoint_internal'
  | 'introspection_works'
  | 'introspection_not_tried'
  | 'introspection_accepts_any_token'
  | 'introspection_credentials_refused'
  | 'introspection_credentials_unreadable'
  | 'introspection_endpoint_not_found'
  | 'introspection_unreachable'
  | 'introspection_status'
  | 'introspection_response_unusable'
  | 'introspection_keys_unavailable';

type KeyCode =
  | 'jwks_missing'
  | 'jwks_status'
  | 'jwks_redirect'
  | 'jwks_html'
  | 'jwks_media_type'
  | 'jwks_broken'
  | 'jwks_shape'
  | 'jwks_too_many_keys'
  | 'no_usable_key'
  | 'key_private'
  | 'key_weak'
  | 'key_malformed'
  | 'key_unsupported'
  | 'key_not_for_signatures'
  | 'kid_missing'
  | 'kid_duplicate'
  | 'key_alg_missing'
  | 'key_use_missing';

type MetadataCode =
  | 'issuer_form'
  | 'issuer_not_https'
  | 'not_ready'
  | 'metadata_missing'
  | 'metadata_status'
  | 'metadata_one_place'
  | 'metadata_redirect'
  | 'metadata_html'
  | 'metadata_media_type'
  | 'metadata_broken'
  | 'issuer_mismatch'
  | 'documents_disagree'
  | 'jwks_uri_missing'
  | 'jwks_uri_relative'
  | 'jwks_uri_malformed'
  | 'jwks_uri_not_https'
  | 'jwks_uri_internal'
  | 'token_endpoint_missing'
  | 'token_endpoint_not_https'
  | 'no_client_credentials'
  | 'offers_none'
  | 'offers_secrets_only'
  | 'resource_indicators_unseen'
  | 'token_profile_unseen';

type TransportCode =
  | 'jwks_not_cacheable'
  | 'jwks_must_revalidate'
  | 'jwks_cached_long'
  | 'jwks_cache_unsaid'
  | 'slow_answer'
  | 'clock_skew';
