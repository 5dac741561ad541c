import type { OutlierDetection, PortTrafficPolicy, Resource, TrafficPolicy } from '@inmesh/model';
import { checkClientTls } from './client-tls.js';
import { checkConnectionPool } from './connection-pool.js';
import { checkExportTo } from './export-to.js';
import type { Findings, Place } from './findings.js';
import { checkLabels, checkSelector } from './labels.js';
import { checkLoadBalancer } from './load-balancer.js';
import { checkHostName, checkPort, checkSubsetName, checkWildcardHost, isAddress, quoted } from './names.js';

/** Rules of a DestinationRule that its fields alone cannot say. */
export function checkDestinationRule(
  { spec, namespace }: Resource<'DestinationRule'>,
  place: Place,
  findings: Findings,
): void {
  const { host = '', trafficPolicy, subsets = [], exportTo, workloadSelector } = spec;
  findings.error(place.at('host'), checkWildcardHost(host));
  checkTrafficPolicy(trafficPolicy, namespace, place.at('trafficPolicy'), findings);
  const names = new Set<string>();
  subsets.forEach(({ name = '', labels, trafficPolicy: policy }, index) => {
    const at = place.at('subsets', index);
    if (names.has(name)) findings.error(at.at('name'), `another subset is called ${quoted(name)} already`);
    names.add(name);
    findings.error(at.at('name'), checkSubsetName(name));
    checkLabels(labels, at.at('labels'), findings);
    checkTrafficPolicy(policy, namespace, at.at('trafficPolicy'), findings);
  });
  const ownNamespaceOnly = workloadSelector !== undefined;
  checkExportTo(exportTo, namespace, place.at('exportTo'), findings, { ownNamespaceOnly });
  if (workloadSelector !== undefined) {
    checkSelector(workloadSelector.matchLabels, place.at('workloadSelector', 'matchLabels'), findings);
  }
}

function checkTrafficPolicy(
  policy: TrafficPolicy | undefined,
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  if (policy === undefined) return;
  if (Object.keys(policy).length === 0) {
    findings.error(place, 'a traffic policy needs at least one setting');
    return;
  }
  if (policy.tunnel !== undefined && policy.proxyProtocol !== undefined) {
    findings.error(place, 'tunnel and proxyProtocol exclude each other');
  }
  checkPortPolicy(policy, namespace, place, findings);
  policy.portLevelSettings?.forEach((settings, index) => {
    const at = place.at('portLevelSettings', index);
    const { port, ...blocks } = settings;
    if (port === undefined) findings.error(at.at('port'), 'settings for a port need the port');
    if (Object.keys(blocks).length === 0) findings.error(at, 'settings for a port need at least one setting');
    checkPortPolicy(settings, namespace, at, findings);
  });
  checkTunnel(policy, place.at('tunnel'), findings);
}

/** The blocks that a policy has as a whole and for each port. */
function checkPortPolicy(
  policy: PortTrafficPolicy,
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  checkOutlierDetection(policy.outlierDetection, place.at('outlierDetection'), findings);
  checkConnectionPool(policy.connectionPool, place.at('connectionPool'), findings);
  const ejects = policy.outlierDetection !== undefined;
  checkLoadBalancer(policy.loadBalancer, ejects, place.at('loadBalancer'), findings);
  checkClientTls(policy.tls, namespace, place.at('tls'), findings);
}

function checkOutlierDetection(
  outlier: OutlierDetection | undefined,
  place: Place,
  findings: Findings,
): void {
  if (outlier === undefined) return;
  if ((outlier.consecutiveLocalOriginFailures ?? 0) > 0 && outlier.splitExternalLocalOriginErrors !== true) {
    const at = place.at('consecutiveLocalOriginFailures');
    findings.error(
      at,
      'failures to connect are counted apart only with splitExternalLocalOriginErrors: true',
    );
  }
  for (const part of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const value = outlier[part] ?? 0;
    if (value < 0 || value > 100) findings.error(place.at(part), `${value} is no percentage: 0 to 100`);
  }
}

function checkTunnel({ tunnel }: TrafficPolicy, place: Place, findings: Findings): void {
  if (tunnel === undefined) return;
  const { protocol = '', targetHost = '', targetPort = 0 } = tunnel;
  if (protocol !== '' && protocol !== 'CONNECT' && protocol !== 'POST') {
    findings.error(place.at('protocol'), `${quoted(protocol)} is neither CONNECT nor POST`);
  }
  if (!isAddress(targetHost)) findings.error(place.at('targetHost'), checkHostName(targetHost));
  findings.error(place.at('targetPort'), checkPort(targetPort));
}
