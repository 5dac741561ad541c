import type { ConfigSource } from '@inmesh/config';
import type { AccessLogEntry, Clock, FilterFactory, ResolvedAddress } from '@inmesh/engine';
import type { CallerTlsOptions } from '@inmesh/http';
import type { ContextOptions } from '@inmesh/inbound';
import type { MeshConfig, Workload } from '@inmesh/model';
import type { AccessLogOptions, OpenTelemetryOptions } from '@inmesh/telemetry';

/** Rules from one place: a file, a directory or a pattern; text; or any source. */
export type ConfigInput = string | { readonly yaml: string } | ConfigSource;

/** What {@link createMesh} can be told. Everything has a default. */
export interface MeshOptions {
  /**
   * Where rules come from; of several, the earlier counts where two name the same object.
   *
   * @defaultValue `INMESH_CONFIG`, files and patterns separated by commas; without it no rules at all
   */
  readonly config?: ConfigInput | readonly ConfigInput[];

  /** Who calls, Istio's "proxy": it decides which rules apply. @defaultValue the environment, see {@link workloadOfEnvironment} */
  readonly workload?: Partial<Workload>;

  /** Istio's MeshConfig, over its defaults. */
  readonly meshConfig?: MeshConfig;

  /**
   * A line about each call, in Istio's format of text or JSON or in one of your own, with Envoy's operators. Lines
   * are written in the background; what a slow sink cannot take is left out, and `logDropped` tells how much.
   *
   * A function hears of each call at its end instead. Called synchronously, in the async context of the call; must
   * not wait. What it throws stops nothing and is told once, as a warning of the process.
   *
   * @defaultValue `accessLogFile`, `accessLogFormat` and `accessLogEncoding` of {@link meshConfig}: none
   */
  readonly accessLog?: 'text' | 'json' | AccessLogOptions | ((entry: AccessLogEntry) => void);

  /**
   * What an SDK of OpenTelemetry is told of calls, where the process has one and `@opentelemetry/api` is installed
   * beside inmesh. `false`: nothing.
   *
   * @defaultValue spans of calls and attempts, trace headers, durations and Istio's metrics
   */
  readonly openTelemetry?: OpenTelemetryOptions | false;

  /**
   * The address that a caller's name stands for, Envoy's original destination. Asked only where Envoy would use
   * it: for destinations that pass through, services without resolution, ports with listeners of their own.
   *
   * @defaultValue the addresses that the rules state, then `dns.lookup`
   */
  readonly lookup?: (host: string) => Promise<{ readonly address: string; readonly port?: number }>;

  /**
   * Name → addresses, for services that are resolved by DNS. A port replaces the rule's.
   *
   * @defaultValue the system's resolver, the hosts file included
   */
  readonly resolve?: (name: string) => Promise<readonly ResolvedAddress[]>;

  /**
   * HTTP filters of your own, by the type URL of their configuration or by their name in the chain; EnvoyFilters
   * insert them. They go before filters of the same type that inmesh brings.
   */
  readonly filters?: ReadonlyMap<string, FilterFactory>;

  /** For `https:` calls that pass through: authorities beside the system's, and how the names of servers are checked. */
  readonly tls?: CallerTlsOptions;

  /** What balances where no rule says it. @defaultValue `LEAST_REQUEST`, as Istio today; older Istio had `ROUND_ROBIN` */
  readonly defaultLoadBalancer?: 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM';

  /** Refuses rules with fields that are understood but not honoured, and does not start with them. @defaultValue `false` */
  readonly strict?: boolean;

  /** Starts without rules, everything passing through, where they cannot be had in time. @defaultValue `false` */
  readonly failOpen?: boolean;

  /** How long to wait for the first whole snapshot of the rules, in milliseconds. @defaultValue 10_000 */
  readonly readyTimeoutMs?: number;

  /**
   * `strict`: a request that is not idempotent is repeated only when nothing of it was processed. `istio`:
   * whenever the rule's `retryOn` matches, as Envoy does, at the risk of doing things twice.
   *
   * @defaultValue `strict`
   */
  readonly retrySafety?: 'strict' | 'istio';

  /**
   * Up to how many retries a call may ask for by `{ mesh: { retries } }` where its rule grants fewer. Rules that
   * retry nothing stay so.
   *
   * @defaultValue 0: never more than the rule
   */
  readonly maxRetries?: number;

  /** What of a request that is being served goes on to the calls that it causes, and to whom. */
  readonly context?: ContextOptions;

  /**
   * `rules`: http rules that name a host on an HTTPS port apply to `https:` calls, which a process sees before they
   * are encrypted. `istio`: such calls are opaque bytes.
   *
   * @defaultValue `rules`
   */
  readonly httpsPorts?: 'rules' | 'istio';

  /** Uniform in [0, 1). @defaultValue `Math.random` */
  readonly random?: () => number;

  /** @defaultValue monotonic time, and timers that do not hold the process */
  readonly clock?: Clock;
}
