import type { HTTPDirectResponse } from '@inmesh/model';
import type { Findings, Place } from './findings.js';

export function checkDirectResponse(
  response: HTTPDirectResponse | undefined,
  place: Place,
  findings: Findings,
): void {
  if (response === undefined) return;
  findings.error(place.at('status'), checkStatus(response.status ?? 0));
  const { string, bytes } = response.body ?? {};
  const size = string !== undefined ? Buffer.byteLength(string) : Buffer.byteLength(bytes ?? '', 'base64');
  if (size > 1024 * 1024) {
    findings.error(place.at('body'), `a body of ${size} bytes: at most 1 MiB are allowed`);
  } else if (size > 100 * 1024) {
    findings.warning(place.at('body'), `a body of ${size} bytes is sent with every update`);
  }
}

/** Istio counts 600 among the statuses. */
export function checkStatus(status: number): string | undefined {
  return status >= 200 && status <= 600
    ? undefined
    : `${status} is no status that can be answered: 200 to 599`;
}
