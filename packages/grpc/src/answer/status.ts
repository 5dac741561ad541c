import { grpcStatusNames } from '@inmesh/model';

/** How a call ended. */
export interface Outcome {
  readonly code: number;
  readonly details: string;
  /** Name, value, name, value, …: the trailing metadata. */
  readonly lines: readonly string[];
}

/** The number of a status by its name. */
export function statusCode(name: string): number {
  return grpcStatusNames.indexOf(name);
}

/** The outcome that trailers state; `undefined` when they state none. */
export function statedOutcome(lines: readonly string[]): Outcome | undefined {
  const stated = lineOf(lines, 'grpc-status');
  if (stated === undefined) return undefined;
  const code = /^\d{1,9}$/.test(stated) ? Number(stated) : statusCode('UNKNOWN');
  return { code, details: readMessage(lineOf(lines, 'grpc-message') ?? ''), lines };
}

/**
 * What an answer without a status of its own stands for. Source: the gRPC project's mapping of HTTP statuses, for
 * clients that reach something else than a gRPC server.
 */
export function mappedOutcome(httpStatus: number, lines: readonly string[]): Outcome {
  const details =
    httpStatus === 200 ? 'No status information received' : `Received HTTP status code ${httpStatus}`;
  return { code: statusCode(byHttpStatus.get(httpStatus) ?? 'UNKNOWN'), details, lines };
}

const byHttpStatus: ReadonlyMap<number, string> = new Map([
  [400, 'INTERNAL'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'UNIMPLEMENTED'],
  [429, 'UNAVAILABLE'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'UNAVAILABLE'],
]);

function lineOf(lines: readonly string[], name: string): string | undefined {
  const at = lines.findIndex((text, index) => index % 2 === 0 && text === name);
  return at < 0 ? undefined : lines[at + 1];
}

/** Percent-encoded on the wire; what is not, is taken as it stands. */
function readMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
