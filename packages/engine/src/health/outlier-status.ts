import type { Cluster, ResponseHead, ResponseMatchPredicate } from '@inmesh/model';
import { httpOptionsOf } from '../cluster/upstream-settings.js';
import { compileHeaderMatch } from '../match/header-match.js';
import { type MatchRequest, matchResponse } from '../match/predicate.js';

/**
 * What outlier detection is to think of an answer: its status, unless the cluster says itself which answers are
 * errors. Then those count as errors of the server, and all others as good. Envoy: `outlier_detection.error_matcher`.
 */
export function compileOutlierStatus(cluster: Cluster): (head: ResponseHead) => number {
  const predicate = httpOptionsOf(cluster).outlierDetection?.errorMatcher;
  if (predicate === undefined) return ({ status }) => status;
  const isError = compile(predicate);
  return (head) => (isError(matchResponse(head)) ? Math.max(head.status, 500) : 200);
}

function compile(predicate: ResponseMatchPredicate): (response: MatchRequest) => boolean {
  const { orMatch, andMatch, notMatch, httpResponseHeadersMatch } = predicate;
  if (orMatch !== undefined) {
    const rules = (orMatch.rules ?? []).map(compile);
    return (response) => rules.some((rule) => rule(response));
  }
  if (andMatch !== undefined) {
    const rules = (andMatch.rules ?? []).map(compile);
    return (response) => rules.every((rule) => rule(response));
  }
  if (notMatch !== undefined) {
    const rule = compile(notMatch);
    return (response) => !rule(response);
  }
  if (httpResponseHeadersMatch !== undefined) {
    const headers = (httpResponseHeadersMatch.headers ?? []).map(compileHeaderMatch);
    return (response) => headers.every((header) => header.test(response));
  }
  return () => predicate.anyMatch === true;
}
