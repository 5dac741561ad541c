/** What each code tells. Codes are API: added freely, never renamed or reused. */
export const errorCodes = {
  INMESH_CONFIG_PARSE: 'A source cannot be read as YAML or JSON, or is larger or deeper than allowed.',
  INMESH_CONFIG_INVALID: 'A resource breaks a rule of its kind; its last good version stays in force.',
  INMESH_CONFIG_UNSUPPORTED: 'A field is understood but not honoured.',
  INMESH_CONFIG_WARNING: 'A resource is accepted, yet Istio or we advise against what it says.',
  INMESH_CONNECT_FAILED: 'No connection to an endpoint could be opened, and no response can say so.',
  INMESH_RESPONSE_TRUNCATED: 'The upstream went away after its response head was delivered.',
  INMESH_GRPC_TARGET: 'The address of a gRPC client cannot be routed by the mesh, or cannot be seen.',
  INMESH_DEADLINE_EXCEEDED:
    'The request that is being served is past its deadline, so the call was not sent.',
  INMESH_SUBSET_UNKNOWN: 'The call asks for a subset that its destination does not have.',
  INMESH_NOT_READY: 'The mesh has no whole snapshot of its rules yet.',
  INMESH_CLOSED: 'The mesh was closed before the call ended.',
} as const;
export type MeshErrorCode = keyof typeof errorCodes;

/** Root of every error that inmesh throws on purpose. The message is for people, `code` is not. */
export class MeshError extends Error {
  override readonly name: string = 'MeshError';
  readonly code: MeshErrorCode;

  constructor(code: MeshErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Where something stands in a source. Lines and columns count from 1. */
export interface Position {
  /** A file's path, or the name of another source, such as `memory:rules`. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** What a {@link ConfigError} tells besides its message. */
export interface ConfigErrorDetails {
  readonly position: Position;
  /** `error`: the resource is refused. `warning`: it is accepted. */
  readonly severity: 'error' | 'warning';
  /** `kind/namespace/name`, when the finding belongs to one resource. */
  readonly resource?: string;
  /** The field, as `spec.http[0].route[1].weight`. */
  readonly path?: string;
  /** The line of the source that the position points into, for the drawing with a caret. */
  readonly sourceLine?: string;
}

/** One finding about one resource. Collected, not thrown, while something good is in force. */
export class ConfigError extends MeshError {
  override readonly name = 'ConfigError';
  readonly reason: string;
  readonly position: Position;
  readonly severity: 'error' | 'warning';
  readonly resource: string | undefined;
  readonly path: string | undefined;
  readonly sourceLine: string | undefined;

  constructor(code: MeshErrorCode, reason: string, details: ConfigErrorDetails, options?: ErrorOptions) {
    const { position, path } = details;
    const place = `${position.source}:${position.line}:${position.column}`;
    super(
      code,
      path === undefined || path === '' ? `${place}: ${reason}` : `${place}: ${path}: ${reason}`,
      options,
    );
    this.reason = reason;
    this.position = position;
    this.severity = details.severity;
    this.resource = details.resource;
    this.path = details.path;
    this.sourceLine = details.sourceLine;
  }
}

/** What an {@link UpstreamError} tells besides its message. */
export interface UpstreamErrorDetails {
  readonly cluster: string;
  /** `address:port`, once one was chosen. */
  readonly endpoint?: string;
  readonly attempts: number;
  /** Envoy's response flags, such as `UF`. */
  readonly flags: readonly string[];
}

/** A call that ended without a response that could tell of it. */
export class UpstreamError extends MeshError {
  override readonly name = 'UpstreamError';
  readonly cluster: string;
  readonly endpoint: string | undefined;
  readonly attempts: number;
  readonly flags: readonly string[];

  constructor(code: MeshErrorCode, message: string, details: UpstreamErrorDetails, options?: ErrorOptions) {
    super(code, message, options);
    this.cluster = details.cluster;
    this.endpoint = details.endpoint;
    this.attempts = details.attempts;
    this.flags = details.flags;
  }
}

/** A call to a mesh that is not ready yet or closed already. */
export class LifecycleError extends MeshError {
  override readonly name = 'LifecycleError';
}
