/**
 * What OCSF 1.8 requires of the class API Activity, as data.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/api_activity?profiles=security_control,trace
 * @module
 */

/** The required attributes of the class, and of the objects that we fill, by path. */
export const REQUIRED: readonly string[] = [
  'activity_id',
  'actor',
  'api',
  'api.operation',
  'category_uid',
  'class_uid',
  'metadata',
  'metadata.product',
  'metadata.version',
  'severity_id',
  'src_endpoint',
  'time',
  'type_uid',
];

/** Objects that must have at least one of some attributes, by path. */
export const AT_LEAST_ONE: Readonly<Record<string, readonly string[]>> = {
  actor: ['process', 'user', 'iam_role', 'invoked_by', 'session', 'app_name', 'app_uid'],
  'api.service': ['name', 'uid'],
  'metadata.product': ['name', 'uid'],
  src_endpoint: ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'domain'],
};

/** The values of enumerations. */
export const ENUMS: Readonly<Record<string, readonly number[]>> = {
  activity_id: [0, 1, 2, 3, 4, 99],
  category_uid: [6],
  class_uid: [6003],
  severity_id: [0, 1, 2, 3, 4, 5, 6, 99],
  status_id: [0, 1, 2, 99],
  action_id: [0, 1, 2, 3, 4, 99],
  disposition_id: [...Array.from({ length: 28 }, (_, id) => id), 99],
};

/** The attributes of the class, with those of the profiles `security_control` and `trace`, that we may use. */
export const KNOWN: readonly string[] = [
  ...REQUIRED.filter((path) => !path.includes('.')),
  'activity_name',
  'message',
  'status_id',
  'status_code',
  'action_id',
  'disposition_id',
  'authorizations',
  'trace',
];
