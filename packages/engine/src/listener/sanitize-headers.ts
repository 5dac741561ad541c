import type { HeaderMap } from '@inmesh/model';
import { singleLineHeaders } from '../route/header-line.js';
import type { Origin } from './find-origin.js';
import { HeaderTable } from './header-table.js';

/** What becomes of a header line of a request before routing. `join`: the header has one line only. */
interface Treatment {
  readonly kind: 'drop' | 'dropAtEdge' | 'checkTe' | 'checkReferer' | 'join';
  /** Of {@link seen}. */
  readonly mark: number;
}

/** Lines that the steps behind this one ask for, as bits of what was found on the way. */
export const seen = { requestId: 1, forwardedProto: 2, clientCert: 4 } as const;

const dropped = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'x-envoy-internal',
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-original-url',
  'x-envoy-hedge-on-per-try-timeout',
];
const droppedAtEdge = [
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
];

/**
 * Envoy: `ConnectionManagerUtility::mutateRequestHeaders` and `cleanInternalHeaders`. Since no address is
 * internal unless a rule says so, headers that steer Envoy are dropped from nearly every request.
 */
const treatments: HeaderTable<Treatment> = new HeaderTable([
  ...[...singleLineHeaders].map((name) => treated(name, 'join')),
  ...dropped.map((name) => treated(name, 'drop')),
  ...droppedAtEdge.map((name) => treated(name, 'dropAtEdge')),
  treated('te', 'checkTe'),
  treated('referer', 'checkReferer'),
  treated('x-request-id', 'join', seen.requestId),
  treated('x-forwarded-proto', 'join', seen.forwardedProto),
  treated('x-forwarded-client-cert', 'join', seen.clientCert),
]);

function treated(name: string, kind: Treatment['kind'], mark = 0): [string, Treatment] {
  return [name, { kind, mark }];
}

/** Framing of the connection to the caller: no business of the upstream, whoever the caller is. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'x-envoy-internal',
]);

/**
 * One pass over the lines; nearly always it changes nothing. Repeated lines of one-line headers are joined. Answers
 * which lines it has {@link seen}.
 */
export function sanitizeHeaders(headers: HeaderMap, origin: Origin): number {
  const { lines } = headers;
  let found = 0;
  for (let i = 0; i < lines.length; ) {
    const value = lines[i + 1] ?? '';
    if (hasOuterSpace(value)) lines[i + 1] = value.trim();
    const treatment = treatments.get(lines[i] ?? '');
    if (treatment !== undefined) {
      if (treatment.kind !== 'join' && isDropped(treatment, i, headers, origin)) {
        lines.splice(i, 2);
        continue;
      }
      found |= treatment.mark;
      joinLater(lines, i);
    }
    i += 2;
  }
  return found;
}

/** Spaces around a value are no part of it, and no parser hands them on. */
function hasOuterSpace(value: string): boolean {
  return isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(value.length - 1));
}

const isSpace = (code: number): boolean => code === 32 || code === 9;

function isDropped({ kind }: Treatment, at: number, headers: HeaderMap, origin: Origin): boolean {
  const { lines } = headers;
  const value = lines[at + 1] ?? '';
  switch (kind) {
    case 'drop':
      return origin !== 'internal' || ofConnection.has(lines[at] ?? '');
    case 'dropAtEdge':
      return origin === 'edge';
    case 'checkTe':
      lines[at + 1] = 'trailers';
      return !/(?:^|,)\s*trailers\s*(?:,|$)/i.test(value);
    case 'checkReferer':
      return headers.all('referer').length > 1 || !isValidReferer(value);
    case 'join':
      return false;
  }
}

/** A URL without user and fragment, or a relative reference without fragment. */
function isValidReferer(value: string): boolean {
  if (/[#\s"<>\\^`{|}]/.test(value)) return false;
  const authority = /^[a-z][a-z\d+\-.]*:\/\/([^/?]*)/i.exec(value);
  return authority === null ? !/^[^/]*:/.test(value) : !(authority[1] ?? '').includes('@');
}

/** Joins the later lines of the header at `at` to it, with a comma. */
function joinLater(lines: string[], at: number): void {
  const name = lines[at];
  for (let i = at + 2; i < lines.length; ) {
    if (lines[i] !== name) {
      i += 2;
      continue;
    }
    lines[at + 1] = `${lines[at + 1]},${lines[i + 1]}`;
    lines.splice(i, 2);
  }
}
