import {
  type IstioIngressListener,
  isHttp,
  isTls,
  type OutboundTrafficPolicy,
  parseProtocol,
  type Resource,
  type ServerTLSSettings,
} from '@inmesh/model';
import { checkConnectionPool } from './connection-pool.js';
import { checkDestination } from './destination.js';
import { checkEgressListeners } from './egress-listener.js';
import type { Findings, Place } from './findings.js';
import { checkSelector } from './labels.js';
import { checkListenerPort } from './listener-port.js';
import { checkAddress, checkHostName, checkPort, checkUnixPath, unixPrefix } from './names.js';
import { checkServerTls } from './server-tls.js';

/** Rules of a Sidecar that its fields alone cannot say. */
export function checkSidecar(
  { spec, namespace }: Resource<'Sidecar'>,
  place: Place,
  findings: Findings,
): void {
  const { workloadSelector, ingress = [], egress = [], inboundConnectionPool, outboundTrafficPolicy } = spec;
  if (workloadSelector !== undefined) {
    checkSelector(workloadSelector.labels, place.at('workloadSelector', 'labels'), findings);
  }
  if (
    ingress.length + egress.length === 0 &&
    outboundTrafficPolicy === undefined &&
    inboundConnectionPool === undefined
  ) {
    findings.error(place, 'a Sidecar without any setting says nothing');
  }
  const ports = new Set<number>();
  for (const [index, listener] of ingress.entries()) {
    checkIngress(listener, ports, place.at('ingress', index), findings);
  }
  checkConnectionPool(inboundConnectionPool, place.at('inboundConnectionPool'), findings);
  checkEgressListeners(egress, namespace, place.at('egress'), findings);
  checkOutboundPolicy(outboundTrafficPolicy, place.at('outboundTrafficPolicy'), findings);
}

function checkIngress(
  listener: IstioIngressListener,
  ports: Set<number>,
  place: Place,
  findings: Findings,
): void {
  const { port, bind = '', defaultEndpoint = '', tls, connectionPool } = listener;
  if (port === undefined) return;
  const { number = 0, protocol } = port;
  checkListenerPort(port, place.at('port'), findings);
  findings.error(place.at('port', 'number'), checkPort(number));
  if (bind !== '') findings.error(place.at('bind'), checkAddress(bind));
  if (ports.has(number)) findings.error(place.at('port', 'number'), `another listener has port ${number}`);
  ports.add(number);
  findings.error(place.at('defaultEndpoint'), checkDefaultEndpoint(defaultEndpoint));
  checkIngressTls(tls, protocol, place.at('tls'), findings);
  checkConnectionPool(connectionPool, place.at('connectionPool'), findings);
  if (connectionPool?.http !== undefined && !isHttp(parseProtocol(protocol))) {
    findings.warning(place.at('connectionPool', 'http'), 'not used: the port is not an HTTP port');
  }
}

const localHosts = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);

/** The application behind the listener: on this host, or a unix socket. */
function checkDefaultEndpoint(endpoint: string): string | undefined {
  if (endpoint === '') return undefined;
  if (endpoint.startsWith(unixPrefix)) return checkUnixPath(endpoint.slice(unixPrefix.length));
  const { host, port } =
    /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:[\]]*)):(?<port>[^:]*)$/.exec(endpoint)?.groups ?? {};
  const v6 = /^\[(?<v6>[^\]]*)\]/.exec(endpoint)?.groups?.v6;
  if (port === undefined || !localHosts.has(v6 ?? host ?? '') || !/^[-+]?\d+$/.test(port)) {
    return 'an address of this host and a port, such as 127.0.0.1:8080 or [::1]:8080, or unix://path';
  }
  return checkPort(Number(port));
}

function checkIngressTls(
  tls: ServerTLSSettings | undefined,
  protocol: string | undefined,
  place: Place,
  findings: Findings,
): void {
  if (tls === undefined) return;
  const {
    subjectAltNames = [],
    httpsRedirect,
    credentialName = '',
    credentialNames = [],
    tlsCertificates = [],
  } = tls;
  if (subjectAltNames.length > 0) findings.error(place.at('subjectAltNames'), 'not possible in a Sidecar');
  if (httpsRedirect === true) findings.error(place.at('httpsRedirect'), 'not possible in a Sidecar');
  if (credentialName !== '' || credentialNames.length + tlsCertificates.length > 0) {
    findings.error(place, 'a Sidecar reads its certificate from files: serverCertificate and privateKey');
  }
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH') {
    findings.error(place.at('mode'), `${tls.mode} is not possible in a Sidecar`);
  }
  if (!isTls(parseProtocol(protocol)))
    findings.error(place, 'tls settings need a port of protocol HTTPS or TLS');
  checkServerTls(tls, place, findings);
}

function checkOutboundPolicy(
  policy: OutboundTrafficPolicy | undefined,
  place: Place,
  findings: Findings,
): void {
  if (policy === undefined) return;
  const { mode = 'REGISTRY_ONLY', egressProxy } = policy;
  if (mode === 'ALLOW_ANY_DYNAMIC_DNS') {
    findings.error(place.at('mode'), 'for the whole mesh only, not in a Sidecar');
  }
  if (egressProxy === undefined) return;
  const at = place.at('egressProxy');
  if (mode !== 'ALLOW_ANY') {
    findings.error(at, `an egressProxy needs mode ALLOW_ANY, not ${mode}`);
    return;
  }
  findings.error(at.at('host'), checkHostName(egressProxy.host ?? ''));
  if (egressProxy.port === undefined) findings.error(at.at('port'), 'an egressProxy needs a port');
  else checkDestination(egressProxy, at, findings);
}
