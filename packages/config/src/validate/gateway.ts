import { isHttp, isTls, parseProtocol, type Resource, type Server } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import {
  checkAddress,
  checkPort,
  checkUnixPath,
  checkWholeWildcard,
  checkWildcardHost,
  isAddress,
  isLabel,
  quoted,
  unixPrefix,
} from './names.js';
import { checkServerTls } from './server-tls.js';

/** Rules of a Gateway that its fields alone cannot say. */
export function checkGateway({ spec, name }: Resource<'Gateway'>, place: Place, findings: Findings): void {
  const { servers = [] } = spec;
  if (!isLabel(name)) {
    findings.error(place, `${quoted(name)} cannot be the name of a Gateway: rules could not name it`);
  }
  if (servers.length === 0) findings.error(place, 'a Gateway needs at least one server');
  const portNames = new Set<string>();
  servers.forEach((server, index) => {
    const at = place.at('servers', index);
    checkServer(server, at, findings);
    const portName = server.port?.name;
    if (portName === undefined) return;
    if (portNames.has(portName)) {
      findings.error(at.at('port', 'name'), `another port is called ${quoted(portName)}`);
    }
    portNames.add(portName);
  });
}

function checkServer(server: Server, place: Place, findings: Findings): void {
  const { hosts = [], port, bind = '', tls } = server;
  if (hosts.length === 0) findings.error(place.at('hosts'), 'a server needs at least one host');
  for (const [index, host] of hosts.entries()) checkServerHost(host, place.at('hosts', index), findings);
  checkServerTls(tls, place.at('tls'), findings);
  const isUnix = bind.startsWith(unixPrefix);
  if (isUnix) findings.error(place.at('bind'), checkUnixPath(bind.slice(unixPrefix.length)));
  else if (bind !== '') findings.error(place.at('bind'), checkAddress(bind));
  if (port === undefined) return;
  const at = place.at('port');
  const { number = 0, protocol = '', name = '', targetPort = 0 } = port;
  if (parseProtocol(protocol) === 'Unsupported') {
    findings.error(at.at('protocol'), `${quoted(protocol)} is no protocol of a gateway`);
  }
  if (isUnix && number !== 0) findings.error(at.at('number'), 'a unix socket has no port: 0');
  if (!isUnix) findings.error(at.at('number'), checkPort(number));
  if (targetPort > 0) findings.error(at.at('targetPort'), 'means nothing at a gateway: leave it out');
  if (name === '') findings.error(at.at('name'), 'a port needs a name');
  checkTlsFitsProtocol(server, place, findings);
}

/** TLS belongs to HTTPS and TLS ports; a plain HTTP port may only send its callers there. */
function checkTlsFitsProtocol({ port, tls }: Server, place: Place, findings: Findings): void {
  const written = port?.protocol ?? '';
  const protocol = parseProtocol(written);
  if (isTls(protocol)) {
    if (tls === undefined) {
      findings.error(place.at('tls'), `a port of protocol ${written} needs tls settings`);
    }
    return;
  }
  if (tls === undefined) return;
  if (tls.httpsRedirect === true && !isHttp(protocol)) {
    findings.warning(place.at('tls', 'httpsRedirect'), 'only HTTP requests can be redirected');
  }
  const { mode = 'PASSTHROUGH', caCertificates = '', privateKey = '', serverCertificate = '' } = tls;
  const passesThrough = mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH';
  if (isHttp(protocol) && passesThrough && caCertificates + privateKey + serverCertificate === '') return;
  findings.error(
    place.at('tls'),
    `a port of protocol ${written} is not encrypted: tls may only say httpsRedirect`,
  );
}

/** `host` or `namespace/host`, where the namespace is a name, `.` or `*`. */
function checkServerHost(written: string, place: Place, findings: Findings): void {
  const slash = written.indexOf('/');
  const host = written.slice(slash + 1);
  if (slash !== -1) {
    const namespace = written.slice(0, slash);
    if (namespace !== '*' && namespace !== '.' && !isLabel(namespace)) {
      findings.error(place, `${quoted(namespace)} is no namespace`);
    }
  }
  if (host !== '*' && !host.includes('.')) {
    findings.error(place, `${quoted(host)} is a short name: write it in full`);
  }
  if (!isAddress(host)) findings.error(place, checkWildcardHost(host));
  findings.error(place, checkWholeWildcard(host));
}
