import {
  canonicalDuration,
  grpcStatusNames,
  type HTTPFaultInjection,
  type PerFilterConfig,
} from '@inmesh/model';
import { fractionOfHundred, fractionOfMillion } from './fraction.js';

type FaultConfig = PerFilterConfig[string];

/**
 * The fault filter's configuration for one route. Without a percentage nothing is injected; kinds that Istio does
 * not translate (exponential delays, HTTP/2 errors) drop out, and an empty configuration stays in place.
 * Istio: `TranslateFault`.
 */
export function compileFault(fault: HTTPFaultInjection): FaultConfig {
  const delay = compileDelay(fault.delay);
  const abort = compileAbort(fault.abort);
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    ...(delay && { delay }),
    ...(abort && { abort }),
  };
}

function compileDelay(delay: HTTPFaultInjection['delay']): Record<string, unknown> | undefined {
  const fixedDelay = canonicalDuration(delay?.fixedDelay);
  if (!delay || fixedDelay === undefined) return undefined;
  const percentage = delay.percentage
    ? fractionOfMillion(delay.percentage)
    : fractionOfHundred(delay.percent);
  return { fixedDelay, percentage };
}

function compileAbort(abort: HTTPFaultInjection['abort']): Record<string, unknown> | undefined {
  if (!abort) return undefined;
  const percentage = abort.percentage && { percentage: fractionOfMillion(abort.percentage) };
  if (abort.httpStatus !== undefined) return { httpStatus: abort.httpStatus, ...percentage };
  if (abort.grpcStatus !== undefined)
    return { grpcStatus: grpcStatusNames.indexOf(abort.grpcStatus), ...percentage };
  return undefined;
}
