import type { Resource } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkLabels } from './labels.js';
import { checkPort } from './names.js';

const counts = [
  'periodSeconds',
  'initialDelaySeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
];
const methods = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

/** Rules of a WorkloadGroup that its fields alone cannot say. */
export function checkWorkloadGroup(
  { spec }: Resource<'WorkloadGroup'>,
  place: Place,
  findings: Findings,
): void {
  checkLabels(spec.metadata?.labels, place.at('metadata', 'labels'), findings);
  const probe = spec.probe as Probe | undefined;
  if (probe === undefined) return;
  const at = place.at('probe');
  for (const count of counts) {
    if (Number(probe[count] ?? 0) < 0) findings.error(at.at(count), `${count} cannot be negative`);
  }
  if (!methods.some((method) => probe[method] !== undefined)) {
    findings.error(at, `a probe needs one of ${methods.join(', ')}`);
  }
  const { httpGet, tcpSocket, exec } = probe;
  if (httpGet !== undefined) {
    findings.error(at.at('httpGet', 'port'), checkPort(httpGet.port ?? 0));
    if (!['', 'HTTP', 'HTTPS'].includes(httpGet.scheme ?? '')) {
      findings.error(at.at('httpGet', 'scheme'), 'HTTP or HTTPS');
    }
    httpGet.httpHeaders?.forEach(({ name = '' }, index) => {
      if (/^[-A-Za-z0-9]+$/.test(name)) return;
      findings.error(
        at.at('httpGet', 'httpHeaders', index, 'name'),
        'a header name of letters, digits and -',
      );
    });
  }
  if (tcpSocket !== undefined) findings.error(at.at('tcpSocket', 'port'), checkPort(tcpSocket.port ?? 0));
  if (exec?.command?.length === 0) findings.error(at.at('exec', 'command'), 'a command is needed');
}

/** As the table of fields has checked it. */
interface Probe {
  readonly [field: string]: unknown;
  readonly httpGet?: { port?: number; scheme?: string; httpHeaders?: { name?: string }[] };
  readonly tcpSocket?: { port?: number };
  readonly exec?: { command?: string[] };
}
