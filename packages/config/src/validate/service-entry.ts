import {
  isHttp,
  isTcp,
  isTls,
  type Port,
  parseProtocol,
  type Resource,
  type ServiceEntry,
} from '@inmesh/model';
import { checkExportTo } from './export-to.js';
import type { Findings, Place } from './findings.js';
import { checkSelector } from './labels.js';
import {
  checkHostName,
  checkPort,
  checkPortName,
  checkSubnet,
  checkWholeWildcard,
  checkWildcardHost,
  quoted,
} from './names.js';
import { checkProtocol } from './protocol.js';
import { checkEndpoint, checkWorkloadEntry } from './workload-entry.js';

/** Rules of a ServiceEntry that its fields alone cannot say. */
export function checkServiceEntry(
  resource: Resource<'ServiceEntry'>,
  place: Place,
  findings: Findings,
): void {
  const { spec, namespace } = resource;
  const { hosts = [], addresses = [], endpoints, workloadSelector, resolution = 'NONE' } = spec;
  if (workloadSelector !== undefined) {
    checkSelector(workloadSelector.labels, place.at('workloadSelector', 'labels'), findings);
    if (endpoints !== undefined) {
      findings.error(place.at('endpoints'), 'workloadSelector and endpoints exclude each other');
    }
  }
  if (hosts.length === 0) findings.error(place.at('hosts'), 'a ServiceEntry needs at least one host');
  for (const [index, host] of hosts.entries()) {
    checkHost(host, resolution, place.at('hosts', index), findings);
  }
  addresses.forEach((address, index) => {
    const at = place.at('addresses', index);
    findings.error(at, checkSubnet(address));
    if (address.includes('/') && resolution !== 'NONE' && resolution !== 'STATIC') {
      findings.error(at, `a block of addresses needs resolution NONE or STATIC, not ${resolution}`);
    }
  });
  checkPorts(resource, place.at('ports'), findings);
  checkResolution(spec, place, findings);
  if (resolution === 'DYNAMIC_DNS') refuseWaypoint(resource, place, findings);
  checkSharedPorts(spec, place.at('ports'), findings);
  checkExportTo(spec.exportTo, namespace, place.at('exportTo'), findings, { nobodyAllowed: true });
}

function checkHost(host: string, resolution: string, place: Place, findings: Findings): void {
  findings.error(
    place,
    host === '*' ? '* would be every host: name a domain, *.<domain>' : checkWildcardHost(host),
  );
  if (resolution === 'DYNAMIC_DNS') {
    if (!host.startsWith('*')) findings.error(place, 'DYNAMIC_DNS is for wildcards: use DNS for one name');
  } else findings.warning(place, checkWholeWildcard(host));
}

function checkPorts({ spec, labels }: Resource<'ServiceEntry'>, place: Place, findings: Findings): void {
  const { ports = [], addresses = [], resolution = 'NONE' } = spec;
  const allocated = resolution !== 'NONE' && labels['networking.istio.io/enable-autoallocate-ip'] !== 'false';
  const names = new Set<string>();
  const numbers = new Set<number>();
  ports.forEach(({ name = '', number = 0, protocol = '', targetPort = 0 }, index) => {
    const at = place.at(index);
    if (names.has(name)) findings.error(at.at('name'), `another port is called ${quoted(name)}`);
    if (numbers.has(number)) findings.error(at.at('number'), `port ${number} is given twice`);
    names.add(name);
    numbers.add(number);
    findings.errorBelow(at, 'name', checkPortName(name));
    findings.errorBelow(at, 'number', checkPort(number));
    findings.errorBelow(at, 'protocol', checkProtocol(protocol));
    if (targetPort !== 0) findings.error(at.at('targetPort'), checkPort(targetPort));
    if (addresses.length === 0 && !allocated && (protocol === '' || protocol === 'TCP')) {
      findings.warning(at, 'without addresses the connections of this port cannot be told from others');
    }
  });
}

function checkResolution(spec: ServiceEntry, place: Place, findings: Findings): void {
  const { resolution = 'NONE', endpoints = [], workloadSelector } = spec;
  const at = place.at('endpoints');
  const servicePorts = new Set(spec.ports?.map(({ name = '' }) => name));
  switch (resolution) {
    case 'NONE':
      if (endpoints.length > 0) {
        findings.error(at, 'resolution NONE goes where the caller connects to: no endpoints');
      }
      if (workloadSelector !== undefined) {
        findings.warning(place.at('workloadSelector'), 'not used with resolution NONE');
      }
      return;
    case 'STATIC':
      endpoints.forEach((endpoint, index) => {
        checkWorkloadEntry(endpoint, at.at(index), findings, { servicePorts, namesAllowed: false });
      });
      return;
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      checkDns(spec, place, findings);
      for (const [index, endpoint] of endpoints.entries()) {
        checkEndpoint(endpoint, servicePorts, at.at(index), findings);
      }
      return;
    case 'DYNAMIC_DNS':
      checkDynamicDns(spec, place, findings);
  }
}

function checkDns(spec: ServiceEntry, place: Place, findings: Findings): void {
  const { hosts = [], addresses = [], ports = [], endpoints = [], resolution } = spec;
  if (endpoints.length === 0) {
    hosts.forEach((host, index) => {
      if (checkHostName(host) === undefined) return;
      findings.error(
        place.at('hosts', index),
        `without endpoints ${quoted(host)} itself is looked up: name one host`,
      );
    });
  }
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    findings.error(place.at('endpoints'), 'DNS_ROUND_ROBIN takes one endpoint at most');
  }
  if (
    addresses.length > 0 &&
    hosts.length > 1 &&
    ports.some(({ protocol }) => isTcp(parseProtocol(protocol)))
  ) {
    findings.warning(place.at('hosts'), 'connections to these addresses cannot be told apart by host');
  }
}

function checkDynamicDns(spec: ServiceEntry, place: Place, findings: Findings): void {
  const { addresses = [], endpoints = [], ports = [] } = spec;
  if (addresses.length > 0) {
    findings.error(place.at('addresses'), 'DYNAMIC_DNS looks the host up: no addresses');
  }
  if (endpoints.length > 0) {
    findings.error(place.at('endpoints'), 'DYNAMIC_DNS looks the host up: no endpoints');
  }
  ports.forEach(({ protocol = '' }, index) => {
    if (dynamicProtocols.has(protocol.toLowerCase())) return;
    findings.error(
      place.at('ports', index, 'protocol'),
      'DYNAMIC_DNS needs HTTP, HTTP2, GRPC or TLS to see the host',
    );
  });
}

/** A waypoint cannot stand before a service of the mesh whose hosts nobody knows beforehand. */
function refuseWaypoint({ spec, labels }: Resource<'ServiceEntry'>, place: Place, findings: Findings): void {
  const waypoint = labels['istio.io/use-waypoint'] ?? 'none';
  if (spec.location !== 'MESH_INTERNAL' || waypoint === 'none') return;
  findings.error(place.at('resolution'), 'DYNAMIC_DNS with a waypoint needs location MESH_EXTERNAL');
}

const dynamicProtocols = new Set(['http', 'http2', 'grpc', 'tls']);

/** Several hosts share a port only where the host can be read from the traffic. */
function checkSharedPorts(
  { hosts = [], ports = [], resolution = 'NONE' }: ServiceEntry,
  place: Place,
  findings: Findings,
): void {
  if (resolution === 'NONE' || hosts.length < 2) return;
  const protocols = ports.map(({ protocol }: Port) => parseProtocol(protocol));
  const blind = protocols.findIndex((protocol) => !isHttp(protocol) && !isTls(protocol));
  if (blind === -1) return;
  findings.error(place.at(blind), 'several hosts cannot share a port that is neither HTTP nor TLS');
}
