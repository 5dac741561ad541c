import { durationMs, type EnvoyOutlierDetection } from '@inmesh/model';

/** `EnvoyOutlierDetection` with durations parsed and Envoy's defaults filled in. Istio writes others. */
export interface OutlierOptions {
  /** Answers of 500 and more in a row that eject; 0: off. @defaultValue `5` */
  readonly consecutive5xx: number;
  /** Chance in percent that this detector's finding is acted upon. @defaultValue `100` */
  readonly enforcingConsecutive5xx: number;
  /** 502, 503 and 504 in a row that eject; 0: off. @defaultValue `5` */
  readonly consecutiveGatewayFailure: number;
  /** @defaultValue `0` */
  readonly enforcingConsecutiveGatewayFailure: number;
  /** Whether failures of ours (connecting, resets, timeouts) are counted apart from answers. @defaultValue `false` */
  readonly split: boolean;
  /** @defaultValue `5` */
  readonly consecutiveLocalOriginFailure: number;
  /** @defaultValue `100` */
  readonly enforcingConsecutiveLocalOriginFailure: number;
  /** Time between two sweeps. @defaultValue `10_000` */
  readonly intervalMs: number;
  /** The first ejection lasts that long, the n-th in a row n times, up to {@link maxEjectionMs}. @defaultValue `30_000` */
  readonly baseEjectionMs: number;
  /** @defaultValue `300_000`, or the base where that is longer */
  readonly maxEjectionMs: number;
  /** @defaultValue `0` */
  readonly ejectionJitterMs: number;
  /** How many of the cluster's endpoints may be ejected at once, in percent. @defaultValue `10` */
  readonly maxEjectionPercent: number;
  /** Whether one may be ejected whatever that percentage says. @defaultValue `false` */
  readonly alwaysEjectOneHost: boolean;
  readonly successRate: RateOptions & {
    /** Thousandths of a standard deviation below the mean. @defaultValue `1900` */
    readonly stdevFactor: number;
  };
  readonly failurePercentage: RateOptions & {
    /** @defaultValue `85` */
    readonly threshold: number;
  };
  /** Whether a passed active health check ends an ejection. @defaultValue `true` */
  readonly healthCheckUnejects: boolean;
}

export interface RateOptions {
  /** Endpoints with enough requests that there must be. @defaultValue `5` */
  readonly minimumHosts: number;
  /** Requests between two sweeps that make an endpoint count. @defaultValue `100`, of failure percentages `50` */
  readonly requestVolume: number;
  /** @defaultValue `100`, of failure percentages `0` */
  readonly enforcing: number;
  /** The same for failures of ours, when they are split off. */
  readonly enforcingLocalOrigin: number;
}

export function compileOutlierOptions(config: EnvoyOutlierDetection): OutlierOptions {
  const number = (field: string, otherwise: number): number => {
    const value = config[field];
    return typeof value === 'number' ? value : otherwise;
  };
  const time = (field: string, otherwise: number): number => {
    const value = config[field];
    return (typeof value === 'string' ? durationMs(value) : undefined) ?? otherwise;
  };
  const baseEjectionMs = time('baseEjectionTime', 30_000);
  return {
    consecutive5xx: number('consecutive5xx', 5),
    enforcingConsecutive5xx: number('enforcingConsecutive5xx', 100),
    consecutiveGatewayFailure: number('consecutiveGatewayFailure', 5),
    enforcingConsecutiveGatewayFailure: number('enforcingConsecutiveGatewayFailure', 0),
    split: config.splitExternalLocalOriginErrors ?? false,
    consecutiveLocalOriginFailure: number('consecutiveLocalOriginFailure', 5),
    enforcingConsecutiveLocalOriginFailure: number('enforcingConsecutiveLocalOriginFailure', 100),
    intervalMs: time('interval', 10_000),
    baseEjectionMs,
    maxEjectionMs: time('maxEjectionTime', Math.max(300_000, baseEjectionMs)),
    ejectionJitterMs: time('maxEjectionTimeJitter', 0),
    maxEjectionPercent: Math.min(100, number('maxEjectionPercent', 10)),
    alwaysEjectOneHost: config.alwaysEjectOneHost ?? false,
    successRate: {
      minimumHosts: number('successRateMinimumHosts', 5),
      requestVolume: number('successRateRequestVolume', 100),
      stdevFactor: number('successRateStdevFactor', 1900),
      enforcing: number('enforcingSuccessRate', 100),
      enforcingLocalOrigin: number('enforcingLocalOriginSuccessRate', 100),
    },
    failurePercentage: {
      minimumHosts: number('failurePercentageMinimumHosts', 5),
      requestVolume: number('failurePercentageRequestVolume', 50),
      threshold: number('failurePercentageThreshold', 85),
      enforcing: number('enforcingFailurePercentage', 0),
      enforcingLocalOrigin: number('enforcingFailurePercentageLocalOrigin', 0),
    },
    healthCheckUnejects: config.successfulActiveHealthCheckUnejectHost !== false,
  };
}
