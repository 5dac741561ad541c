import type {
  Call,
  CallRequest,
  Endpoint,
  Engine,
  Forward,
  Reply,
  ResetReason,
  ResourceManager,
  Send,
  Sent,
  Shadow,
  TlsSettings,
  UpstreamSettings,
  Wait,
} from '@inmesh/engine';
import type { HeaderMap, RequestHead, ResponseHead } from '@inmesh/model';

/** What one attempt of a script reported, in order. */
export type Report =
  | { readonly attached: true }
  | { readonly requestSent: true }
  | { readonly responded: number }
  | { readonly failed: ResetReason; readonly sent: Sent; readonly cause: string | undefined }
  | { readonly ended: 'complete' | 'truncated' | 'aborted'; readonly trailers: string[] | undefined };

/** One thing that the scripted engine says. */
export type Line =
  | { readonly send: SendScript }
  | { readonly reply: Partial<Reply> }
  | { readonly wait: (wake: () => void) => void }
  | { readonly forward: Forward };

export interface SendScript {
  readonly to: Endpoint;
  readonly upstream?: Partial<UpstreamSettings>;
  readonly tls?: TlsSettings;
  readonly resources?: ResourceManager;
  readonly head?: Partial<RequestHead>;
  /** What to do with the head of the response. @defaultValue `deliver` */
  readonly respond?: (head: ResponseHead) => 'deliver' | 'again';
  readonly attach?: () => boolean;
}

export interface ScriptedCall extends Call {
  readonly request: CallRequest;
  readonly reports: Report[];
  readonly sends: Send[];
  cancelled: boolean;
  complete: boolean;
  exceeded: boolean;
}

/** An engine that says one line after the other and writes down what it hears. */
export function scriptedEngine(
  lines: readonly Line[],
  {
    replayLimitBytes = 65_536,
    shadows = [],
  }: { replayLimitBytes?: number; shadows?: readonly Shadow[] } = {},
): { engine: Engine; calls: ScriptedCall[] } {
  const calls: ScriptedCall[] = [];
  const engine: Engine = {
    begin(request) {
      const call = scriptedCall(request, lines, { replayLimitBytes, shadows });
      calls.push(call);
      return call;
    },
    beginTo: () => undefined,
    explain() {
      throw new Error('not scripted');
    },
    status: () => ({ clusters: [] }),
    figures: () => [],
    close() {},
  };
  return { engine, calls };
}

export function scriptedCall(
  request: CallRequest,
  script: readonly Line[],
  { replayLimitBytes, shadows }: { replayLimitBytes: number; shadows: readonly Shadow[] },
): ScriptedCall {
  const left = [...script];
  const call: ScriptedCall = {
    request,
    reports: [],
    sends: [],
    cancelled: false,
    complete: false,
    exceeded: false,
    wake: undefined,
    body: { replayLimitBytes },
    shadows,
    responseTransform: undefined,
    requestComplete() {
      call.complete = true;
    },
    bodyExceeded() {
      call.exceeded = true;
    },
    cancel() {
      call.cancelled = true;
      for (const send of call.sends) send.onCancel?.();
    },
    next(): Send | Reply | Wait | Forward {
      const line = left.shift();
      if (line === undefined) throw new Error('the script is over');
      if ('send' in line) {
        const send = scriptedSend(call, line.send);
        call.sends.push(send);
        return send;
      }
      if ('forward' in line) return line.forward;
      if ('wait' in line) {
        line.wait(() => call.wake?.());
        return { kind: 'wait' };
      }
      return {
        kind: 'reply',
        status: 503,
        headers: call.request.head.headers.copy(),
        body: '',
        flags: [],
        details: '',
        ...line.reply,
      };
    },
  };
  return call;
}

function scriptedSend(call: ScriptedCall, script: SendScript): Send {
  return {
    kind: 'send',
    attempt: 1,
    endpoint: script.to,
    head: { ...call.request.head, ...script.head },
    upstream: settings(script.upstream ?? {}),
    tls: script.tls,
    resources: script.resources ?? unlimited,
    onCancel: undefined,
    attached() {
      const allowed = script.attach?.() ?? true;
      if (allowed) call.reports.push({ attached: true });
      return allowed;
    },
    requestSent: () => void call.reports.push({ requestSent: true }),
    progressed() {},
    responded(head) {
      call.reports.push({ responded: head.status });
      return script.respond?.(head) ?? 'deliver';
    },
    failed: (failed, sent, cause) => void call.reports.push({ failed, sent, cause: cause?.message }),
    ended: (ended, trailers?: HeaderMap) => void call.reports.push({ ended, trailers: trailers?.lines }),
  };
}

const remembered = new Map<string, UpstreamSettings>();

/** Equal settings are the same object, as the engine promises. */
export function settings(some: Partial<UpstreamSettings>): UpstreamSettings {
  const key = JSON.stringify(some);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const made: UpstreamSettings = {
    clusterName: 'outbound|80||scripted',
    connectTimeoutMs: 5000,
    idleTimeoutMs: 3_600_000,
    maxRequestsPerConnection: 0,
    maxConnectionDurationMs: 0,
    protocol: 'http1',
    maxConcurrentStreams: 100,
    http2KeepAlive: undefined,
    tcpKeepalive: undefined,
    proxyProtocol: undefined,
    ...some,
  };
  remembered.set(key, made);
  return made;
}

export function endpoint(port: number, address = '127.0.0.1'): Endpoint {
  return {
    address,
    port,
    key: `${address}:${port}`,
    hostname: undefined,
    weight: 1,
    priority: 0,
    locality: undefined,
    metadata: undefined,
    healthStatus: 'UNKNOWN',
    state: { activeRequests: 0, ejected: false } as Endpoint['state'],
  };
}

export function limits(connections: number, pendingRequests: number): ResourceManager {
  return {
    connections: resource(connections),
    pendingRequests: resource(pendingRequests),
    requests: resource(Number.POSITIVE_INFINITY),
    retries: resource(Number.POSITIVE_INFINITY),
  };
}

export const unlimited: ResourceManager = limits(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);

function resource(max: number): ResourceManager['connections'] & { count: number } {
  return {
    count: 0,
    max,
    tryAcquire() {
      if (this.count >= max) return false;
      this.count++;
      return true;
    },
    acquire() {
      this.count++;
    },
    release() {
      this.count--;
    },
  };
}
