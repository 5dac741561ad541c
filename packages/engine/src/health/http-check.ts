import { HeaderMap, type HttpHealthCheck, type Int64Range } from '@inmesh/model';
import { compileStringMatch } from '../match/string-match.js';
import { compileMutations } from '../route/header-mutations.js';
import type { Check, CheckResult, CheckSubject } from './check.js';
import { containsInOrder, payloadBytes } from './payload.js';
import { probeStream } from './probe-stream.js';
import type { ProbeResponse } from './prober.js';

/** Looked at of a body that has to contain something. */
const defaultBufferBytes = 1024;

/** Asks over HTTP and judges the answer. Envoy: `HttpHealthCheckerImpl`. */
export function createHttpCheck(config: HttpHealthCheck, subject: CheckSubject): Check {
  const { method = 'GET', path = '/', send, receive = [] } = config;
  const authority = subject.hostname || config.host || subject.clusterName;
  const mutations = compileMutations(config.requestHeadersToAdd, config.requestHeadersToRemove);
  const body = send && payloadBytes(send);
  const blocks = receive.map(payloadBytes);
  const bufferBytes = Number(config.responseBufferSize ?? defaultBufferBytes);
  const isExpected = within(config.expectedStatuses ?? [{ start: 200, end: 201 }]);
  const isRetriable = within(config.retriableStatuses ?? []);
  const serviceName = config.serviceNameMatcher && compileStringMatch(config.serviceNameMatcher);

  const headerLines = (): readonly string[] => {
    const headers = new HeaderMap(['user-agent', 'Envoy/HC']);
    if (body !== undefined) headers.set('content-length', String(body.length));
    const head = { method, scheme: subject.scheme, authority, path, headers };
    mutations?.apply(headers, head, probeStream(head, subject));
    return headers.lines;
  };
  const judge = ({ status, headers, body: received }: ProbeResponse): CheckResult => {
    if (!isExpected(status)) return isRetriable(status) ? false : 'unhealthy';
    if (!containsInOrder(received, blocks)) return 'unhealthy';
    const name = headers.get('x-envoy-upstream-healthchecked-cluster') ?? '';
    if (serviceName?.test(name) === false) return 'unhealthy';
    return headers.has('x-envoy-degraded') ? 'degraded' : true;
  };
  return async (prober, signal) => {
    const request = { method, authority, path, headerLines: headerLines(), body };
    const keptBytes = blocks.length === 0 ? 0 : bufferBytes || Number.POSITIVE_INFINITY;
    return judge(await prober.request({ ...request, keptBytes }, signal));
  };
}

/** What connections to the endpoint speak. HTTP/3 is not spoken. */
export function httpProtocolOf({ codecClientType }: HttpHealthCheck): 'http1' | 'http2' {
  return codecClientType === 'HTTP2' ? 'http2' : 'http1';
}

function within(ranges: readonly Int64Range[]): (status: number) => boolean {
  const bounds = ranges.map(({ start = 0, end = 0 }) => [Number(start), Number(end)] as const);
  return (status) => bounds.some(([start, end]) => status >= start && status < end);
}
