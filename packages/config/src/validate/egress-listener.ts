import type { IstioEgressListener, Port } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkListenerPort } from './listener-port.js';
import {
  checkAddress,
  checkPort,
  checkUnixPath,
  checkWholeWildcard,
  checkWildcardHost,
  isLabel,
  quoted,
  unixPrefix,
} from './names.js';

/** The listeners of a Sidecar for outgoing calls: the one without a port takes what the others leave. */
export function checkEgressListeners(
  egress: readonly IstioEgressListener[],
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  const ports = new Set<number>();
  const sockets = new Set<string>();
  egress.forEach((listener, index) => {
    const at = place.at(index);
    const { port, bind = '', hosts = [] } = listener;
    if (port === undefined) {
      if (index < egress.length - 1) {
        findings.error(at, 'the listener without a port takes what is left: put it last');
      }
    } else {
      checkEgressPort(listener, port, at, findings);
      const { number = 0 } = port;
      const taken = number === 0 ? sockets.has(bind) : ports.has(number);
      if (taken) findings.error(at.at('port'), 'another listener has this port or socket');
      if (number === 0) sockets.add(bind);
      else ports.add(number);
    }
    checkEgressHosts(hosts, namespace, at.at('hosts'), findings);
  });
}

function checkEgressPort(
  { bind = '', captureMode }: IstioEgressListener,
  port: Port,
  place: Place,
  findings: Findings,
): void {
  const { number = 0 } = port;
  checkListenerPort(port, place.at('port'), findings);
  if (number !== 0) {
    findings.error(place.at('port', 'number'), checkPort(number));
    if (bind !== '') findings.error(place.at('bind'), checkAddress(bind));
    return;
  }
  if (!bind.startsWith(unixPrefix)) {
    findings.error(place.at('bind'), 'a listener without port number binds unix://path');
  } else findings.error(place.at('bind'), checkUnixPath(bind.slice(unixPrefix.length)));
  if (captureMode === 'IPTABLES') {
    findings.error(place.at('captureMode'), 'a unix socket is never captured: NONE');
  }
}

/** The hosts that a Sidecar imports, `namespace/host`; a namespace that begins with `~` excludes them. */
function checkEgressHosts(
  hosts: readonly string[],
  namespace: string,
  place: Place,
  findings: Findings,
): void {
  if (hosts.length === 0) findings.error(place, 'a listener needs at least one host, such as "*/*"');
  const seen = new Map<string, Set<string>>();
  hosts.forEach((written, index) => {
    const at = place.at(index);
    const slash = written.indexOf('/');
    if (slash === -1) {
      findings.error(at, `${quoted(written)} names no namespace: write ./${written} or */${written}`);
      return;
    }
    const owner = written.slice(0, slash);
    const host = written.slice(slash + 1);
    checkNamespace(owner, at, findings);
    checkHost(host, at, findings);
    const key = owner === '.' ? namespace : owner;
    const known = seen.get(key) ?? new Set();
    if (known.has(host) || known.has('*') || (host === '*' && known.size > 0)) {
      findings.warning(at, `${quoted(written)} is covered by an entry above, or covers one`);
    }
    seen.set(key, known.add(host));
  });
  if (seen.size > 1 && seen.get('*')?.has('*')) {
    findings.warning(place, '*/* imports everything: the others add nothing');
  }
}

function checkNamespace(owner: string, place: Place, findings: Findings): void {
  const named = owner.startsWith('~') ? owner.slice(1) : owner;
  if (owner === '~' || owner === '*' || named === '.' || isLabel(named)) return;
  findings.error(place, `${quoted(owner)} is no namespace: a name, ., * or ~`);
}

function checkHost(host: string, place: Place, findings: Findings): void {
  if (host !== '*' && !host.includes('.')) {
    findings.error(place, `${quoted(host)} is a short name: write it in full`);
  }
  findings.error(place, checkWildcardHost(host));
  findings.error(place, checkWholeWildcard(host));
}
