/**
 * Faults of the issuer's endpoints.
 *
 * @module
 */

/** How long a fault lasts. */
export interface FaultDuration {
  /**
   * How many requests the fault applies to, 1 to 1,000,000. Then the next fault of the array applies,
   * or the endpoint works again.
   *
   * @defaultValue 1 in an array of faults; otherwise no limit
   */
  readonly times?: number | undefined;
}

/** A fault of any endpoint. */
export type Fault = FaultDuration &
  (
    | {
        /** The correct response, as a pause between faults in an array. */
        readonly kind: 'none';
      }
    | {
        /** The connection is destroyed without a response. */
        readonly kind: 'down';
      }
    | {
        /** The connection stays open without a response, until the issuer stops or closes. */
        readonly kind: 'hang';
      }
    | {
        /** The correct response, one byte at a time. */
        readonly kind: 'slow';
        /**
         * The time between two bytes, in milliseconds, 1 to 2,147,483,647.
         *
         * @defaultValue `100`
         */
        readonly intervalMs?: number | undefined;
      }
    | {
        /** Half of the correct body, after which the connection is destroyed. */
        readonly kind: 'cut';
      }
    | {
        /** A response with another status, without a body or with a JSON body. */
        readonly kind: 'status';
        /** The status code, 200 to 599. */
        readonly status: number;
        /**
         * Header fields of the response.
         *
         * @defaultValue none
         */
        readonly headers?: Readonly<Record<string, string>> | undefined;
        /**
         * The JSON body.
         *
         * @defaultValue no body
         */
        readonly body?: unknown;
      }
    | {
        /** 200 with an HTML page, such as a captive portal or a login page. */
        readonly kind: 'html';
      }
    | {
        /** 200 with the correct media type and truncated JSON. */
        readonly kind: 'invalidJson';
      }
    | {
        /** The correct document, valid JSON, after a large amount of white space. */
        readonly kind: 'huge';
        /**
         * The amount of white space, in bytes, 1 to 268,435,456 (256 MiB).
         *
         * @defaultValue `2_097_152` (2 MiB)
         */
        readonly bytes?: number | undefined;
      }
    | {
        /** A redirect. */
        readonly kind: 'redirect';
        /** The `Location` field. */
        readonly location: string;
        /**
         * The status code, 200 to 599.
         *
         * @defaultValue `302`
         */
        readonly status?: number | undefined;
      }
    | {
        /** The correct document with another media type. */
        readonly kind: 'mediaType';
        /** The `Content-Type` field; `undefined` sends none. */
        readonly mediaType: string | undefined;
      }
    | {
        /** 200 with another JSON document. */
        readonly kind: 'document';
        /** The document to send as JSON. */
        readonly document: unknown;
      }
    | {
        /** 200 with another body and the correct media type, such as JSON with a repeated member. */
        readonly kind: 'body';
        /** The body. */
        readonly body: string;
        /**
         * The `Content-Type` field.
         *
         * @defaultValue that of the correct response
         */
        readonly mediaType?: string | undefined;
      }
    | {
        /** The correct document with some members changed. In a signed response, before it is signed. */
        readonly kind: 'members';
        /** The members to change; `undefined` removes a member. */
        readonly members: Readonly<Record<string, unknown>>;
      }
  );

/** A fault of a metadata document. */
export type MetadataFault =
  | Fault
  | (FaultDuration & {
      /** The metadata names another issuer. RFC 8414 §3.3. */
      readonly kind: 'wrongIssuer';
      /**
       * The issuer identifier in the metadata.
       *
       * @defaultValue `'https://other-issuer.example'`
       */
      readonly issuer?: string | undefined;
    });

/** A fault of the token endpoint. RFC 6749 §5.1. */
export type TokenFault =
  | Fault
  | (FaultDuration &
      (
        | {
            /** `expires_in` is absent. */
            readonly kind: 'noExpiresIn';
          }
        | {
            /** `expires_in` is a string of digits. */
            readonly kind: 'stringExpiresIn';
          }
        | {
            /** `token_type` is `mac`. */
            readonly kind: 'wrongTokenType';
          }
        | {
            /** `scope` lacks the last of the granted scopes. */
            readonly kind: 'smallerScope';
          }
      ));

/** A fault of the introspection endpoint. RFC 7662 §2.2, RFC 9701 §5. */
export type IntrospectionFault =
  | Fault
  | (FaultDuration &
      (
        | {
            /** Every token is inactive, as at a server that denies the resource server all information. */
            readonly kind: 'inactive';
          }
        | {
            /** A JSON response, even if a signed one was requested. */
            readonly kind: 'unsigned';
          }
        | {
            /** A signed response with another header or other claims, with a valid signature. */
            readonly kind: 'signed';
            /**
             * Members of the JOSE header to change; `undefined` removes a member.
             *
             * @defaultValue none
             */
            readonly header?: Readonly<Record<string, unknown>> | undefined;
            /**
             * Claims of the JWT to change, such as `aud` or `token_introspection`; `undefined` removes a claim.
             *
             * @defaultValue none
             */
            readonly claims?: Readonly<Record<string, unknown>> | undefined;
          }
      ));

/** Any fault of any endpoint. */
export type AnyFault = Fault | MetadataFault | TokenFault | IntrospectionFault;

/** The default time between two bytes of a slow response. */
export const DRIP_INTERVAL_MS = 100;
