import {
  canonicalDuration,
  type EnvoyOutlierDetection,
  type OutlierDetection,
  type ResponseMatchPredicate,
} from '@inmesh/model';
import type { ClusterDraft } from './cluster-draft.js';

/**
 * Ejection by errors in a row; by success rate never. What is not said is left to Envoy's defaults, so that an
 * empty block ejects after five 5xx.
 */
export function applyOutlierDetection(draft: ClusterDraft, outlier: OutlierDetection | undefined): void {
  if (outlier === undefined) return;
  const detection: EnvoyOutlierDetection = { enforcingSuccessRate: 0 };
  const { consecutive5xxErrors, consecutiveGatewayErrors } = outlier;
  if (consecutive5xxErrors !== undefined) {
    detection.consecutive5xx = consecutive5xxErrors;
    detection.enforcingConsecutive5xx = consecutive5xxErrors > 0 ? 100 : 0;
  }
  if (consecutiveGatewayErrors !== undefined) {
    detection.consecutiveGatewayFailure = consecutiveGatewayErrors;
    detection.enforcingConsecutiveGatewayFailure = consecutiveGatewayErrors > 0 ? 100 : 0;
  }
  const interval = canonicalDuration(outlier.interval);
  const baseEjectionTime = canonicalDuration(outlier.baseEjectionTime);
  if (interval !== undefined) detection.interval = interval;
  if (baseEjectionTime !== undefined) detection.baseEjectionTime = baseEjectionTime;
  if (outlier.maxEjectionPercent) detection.maxEjectionPercent = outlier.maxEjectionPercent;
  if (outlier.splitExternalLocalOriginErrors === true) {
    detection.splitExternalLocalOriginErrors = true;
    if (outlier.consecutiveLocalOriginFailures) {
      detection.consecutiveLocalOriginFailure = outlier.consecutiveLocalOriginFailures;
      detection.enforcingConsecutiveLocalOriginFailure = 100;
    }
    detection.enforcingLocalOriginSuccessRate = 0;
  }
  draft.cluster.outlierDetection = detection;
  const codes = outlier.outlierDetectionHttpErrorCodes ?? [];
  if (codes.length > 0) draft.protocol.outlierDetection = { errorMatcher: statusMatcher(codes) };
}

/** Envoy: `config.common.matcher.v3.MatchPredicate` on `:status`. */
function statusMatcher(codes: readonly number[]): ResponseMatchPredicate {
  const rules = codes.map((code) => ({
    httpResponseHeadersMatch: { headers: [{ name: ':status', stringMatch: { exact: String(code) } }] },
  }));
  return rules.length === 1 ? { ...rules[0] } : { orMatch: { rules } };
}
