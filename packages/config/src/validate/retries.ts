import type { HTTPRetry } from '@inmesh/model';
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

/** The statuses that have a name in Go: 509 and 306 have none. */
const statusRanges = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const;

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
    if (conditions.has(condition) || isKnownStatus(condition)) continue;
    const advice = conditions.has(condition.trim()) ? ': leave out the spaces' : '';
    findings.error(place.at('retryOn'), `${quoted(condition)} is no condition for a retry${advice}`);
  }
}

function isKnownStatus(text: string): boolean {
  if (!/^[-+]?\d+$/.test(text)) return false;
  const status = Number(text);
  return statusRanges.some(([first, last]) => status >= first && status <= last);
}
