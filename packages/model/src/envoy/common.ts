/**
 * Envoy v3 messages in proto3 JSON form: camelCase, durations as `"1.5s"`, 64-bit numbers as text, absent
 * fields absent. Only the fields that inmesh writes or reads are named; patches may bring others along.
 */

/** An `Any`: the message with its type beside its fields. */
export interface TypedConfig {
  '@type': string;
}

/** Envoy: `core.v3.Metadata`. */
export interface Metadata {
  filterMetadata?: Record<string, Record<string, unknown>>;
}

/** Envoy: `core.v3.TypedExtensionConfig`, and everything else with a name and an `Any`. */
export interface Extension<T = TypedConfig & Record<string, unknown>> {
  name: string;
  typedConfig?: T;
}

/** Envoy: `type.v3.FractionalPercent`. */
export interface FractionalPercent {
  numerator?: number;
  /** @defaultValue `HUNDRED` */
  denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION';
}

/** Envoy: `core.v3.RuntimeFractionalPercent`. */
export interface RuntimeFractionalPercent {
  defaultValue?: FractionalPercent;
  runtimeKey?: string;
}

/** Envoy: `type.v3.Percent`. */
export interface EnvoyPercent {
  value?: number;
}

export interface RegexMatcher {
  regex?: string;
  googleRe2?: Record<string, unknown>;
}

/** Envoy: `type.matcher.v3.RegexMatchAndSubstitute`. */
export interface RegexMatchAndSubstitute {
  pattern?: RegexMatcher;
  substitution?: string;
}

/** Envoy: `type.matcher.v3.StringMatcher`; one kind at most. */
export interface StringMatcher {
  exact?: string;
  prefix?: string;
  suffix?: string;
  contains?: string;
  safeRegex?: RegexMatcher;
  ignoreCase?: boolean;
}

export interface HeaderValue {
  key: string;
  value?: string;
}

/** Envoy: `core.v3.HeaderValueOption`. */
export interface HeaderValueOption {
  header?: HeaderValue;
  append?: boolean;
  /** @defaultValue `APPEND_IF_EXISTS_OR_ADD` */
  appendAction?:
    | 'APPEND_IF_EXISTS_OR_ADD'
    | 'ADD_IF_ABSENT'
    | 'OVERWRITE_IF_EXISTS_OR_ADD'
    | 'OVERWRITE_IF_EXISTS';
  keepEmptyValue?: boolean;
}

/** Envoy: `core.v3.DataSource`. */
export interface DataSource {
  filename?: string;
  inlineBytes?: string;
  inlineString?: string;
  environmentVariable?: string;
}

export interface SocketAddress {
  address: string;
  portValue?: number;
  protocol?: 'TCP' | 'UDP';
}

/** Envoy: `core.v3.Address`. */
export interface Address {
  socketAddress?: SocketAddress;
  pipe?: { path: string };
}

/** Envoy: `core.v3.CidrRange`. */
export interface CidrRange {
  addressPrefix: string;
  prefixLen?: number;
}

/** Envoy: `core.v3.TransportSocket`. */
export interface TransportSocket {
  name: string;
  typedConfig?: TypedConfig & Record<string, unknown>;
}
