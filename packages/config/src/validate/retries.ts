import { type HTTPRetry, isStatusCode } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

const conditions = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

export function checkRetries(retries: HTTPRetry | undefined, place: Place, findings: Findings): void {
  if (retries === undefined) return;
  const { attempts = 0, retryOn = '', perTryTimeout, retryRemoteLocalities } = retries;
  if (attempts < 0) findings.error(place.at('attempts'), `attempts cannot be negative: ${attempts}`);
  if (
    attempts === 0 &&
    (perTryTimeout !== undefined || retryOn !== '' || retryRemoteLocalities !== undefined)
  ) {
    findings.error(place, 'without attempts nothing is retried: set attempts, or leave out the rest');
  }
  if (retryOn === '') return;
  for (const condition of retryOn.split(',')) {
    if (conditions.has(condition) || isStatusCode(condition)) continue;
    const advice = conditions.has(condition.trim()) ? ': leave out the spaces' : '';
    findings.error(place.at('retryOn'), `${quoted(condition)} is no condition for a retry${advice}`);
  }
}
