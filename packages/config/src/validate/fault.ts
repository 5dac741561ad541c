import { grpcStatusNames, type HTTPFaultInjection, type Percent } from '@inmesh/model';
import { checkStatus } from './direct-response.js';
import type { Findings, Place } from './findings.js';
import { quoted } from './names.js';

export function checkFault(fault: HTTPFaultInjection | undefined, place: Place, findings: Findings): void {
  if (fault === undefined) return;
  const { abort, delay } = fault;
  if (abort === undefined && delay === undefined) findings.error(place, 'a fault needs a delay or an abort');
  if (delay !== undefined) {
    checkPercentage(delay.percentage, place.at('delay', 'percentage'), findings);
    if (delay.exponentialDelay !== undefined) {
      findings.error(
        place.at('delay', 'exponentialDelay'),
        'delays are fixed: Istio does not implement this one',
      );
    }
  }
  if (abort === undefined) return;
  const at = place.at('abort');
  checkPercentage(abort.percentage, at.at('percentage'), findings);
  if (abort.grpcStatus !== undefined) {
    if (!grpcStatusNames.includes(abort.grpcStatus)) {
      findings.error(at.at('grpcStatus'), `${quoted(abort.grpcStatus)} is no gRPC status such as NOT_FOUND`);
    }
  } else if (abort.http2Error !== undefined) {
    findings.error(
      at.at('http2Error'),
      'aborts are HTTP or gRPC statuses: Istio does not implement this one',
    );
  } else if (abort.httpStatus !== undefined) {
    findings.error(at.at('httpStatus'), checkStatus(abort.httpStatus));
  } else findings.warning(at, 'an abort without httpStatus or grpcStatus aborts nothing');
}

function checkPercentage(percentage: Percent | undefined, place: Place, findings: Findings): void {
  const value = percentage?.value ?? 0;
  if (value >= 0 && value <= 100 && (value === 0 || value >= 0.0001)) return;
  findings.error(place.at('value'), `${value} is no percentage: 0, or 0.0001 to 100`);
}
