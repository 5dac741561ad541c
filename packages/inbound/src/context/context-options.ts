/** What of a request follows it to the calls that it causes. */
export interface ContextOptions {
  /**
   * Names of headers that follow, in any case; `x-b3-*` stands for all that begin so. They go to hosts that the
   * rules know, and to nobody else.
   *
   * @defaultValue {@link followingHeaders}
   */
  readonly headers?: readonly string[];

  /**
   * What goes to single hosts instead, by name, `*.suffix` or `*`: the exact name counts first, then the longest
   * suffix. An empty list keeps everything back; hosts that no rule knows get what is listed for them here.
   */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;

  /**
   * How long serving one request may take, in milliseconds: the deadline of requests that bring none, and the
   * longest of those that do. 0: no limit of its own.
   *
   * @defaultValue 0
   */
  readonly timeoutMs?: number;
}

/** The header that names who sent the request that a call serves, where a certificate proves it. */
export const sourceHeader = 'x-inmesh-source';

/**
 * What follows a request by default: who it is served for, in the words of Istio's Bookinfo, and its trace. What
 * could open doors (`authorization`, `cookie`) is left to the application, or to a list of its own.
 */
export const followingHeaders: readonly string[] = [
  'end-user',
  'x-request-id',
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'x-ot-span-context',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-sampling-priority',
  'x-cloud-trace-context',
  'grpc-trace-bin',
  'sw8',
  sourceHeader,
];
