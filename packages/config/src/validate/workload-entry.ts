import type { WorkloadEntry } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkLabels } from './labels.js';
import {
  checkHostName,
  checkPort,
  checkPortName,
  checkUnixPath,
  isAddress,
  quoted,
  unixPrefix,
} from './names.js';

export interface WorkloadEntryOptions {
  /** The ports that the service has; absent where the service is not known. */
  readonly servicePorts?: ReadonlySet<string>;
  /** Whether the address may be a name to look up. */
  readonly namesAllowed: boolean;
}

/** Where a workload listens: an address, a name or a unix socket. */
export function checkWorkloadEntry(
  entry: WorkloadEntry,
  place: Place,
  findings: Findings,
  options: WorkloadEntryOptions,
): void {
  const { address = '', network = '', ports = {} } = entry;
  const { servicePorts, namesAllowed } = options;
  const at = place.at('address');
  if (address === '') {
    if (network === '') {
      findings.error(at, 'an address is needed, or a network through whose gateway it is reached');
      return;
    }
    findings.warning(at, `without an address it is reached through the gateway of ${quoted(network)}`);
  } else if (address.startsWith(unixPrefix)) {
    findings.error(at, checkUnixPath(address.slice(unixPrefix.length)));
    if (Object.keys(ports).length > 0) findings.error(place.at('ports'), 'a unix socket has no ports');
    if (servicePorts !== undefined && servicePorts.size !== 1) {
      findings.error(at, 'a unix socket serves one port: the service has to have exactly one');
    }
  } else if (!isAddress(address)) {
    if (!namesAllowed) findings.error(at, `${quoted(address)} is no IP address: names need resolution DNS`);
    else findings.error(at, checkHostName(address));
  }
  if (entry.ports !== undefined) checkEndpointPorts(ports, servicePorts, place.at('ports'), findings);
  if (entry.labels !== undefined) checkLabels(entry.labels, place.at('labels'), findings);
}

/** An endpoint whose address is looked up. */
export function checkEndpoint(
  endpoint: WorkloadEntry,
  servicePorts: ReadonlySet<string>,
  place: Place,
  findings: Findings,
): void {
  const { address = '', ports = {} } = endpoint;
  if (!isAddress(address)) findings.error(place.at('address'), checkHostName(address));
  checkEndpointPorts(ports, servicePorts, place.at('ports'), findings);
  checkLabels(endpoint.labels, place.at('labels'), findings);
}

function checkEndpointPorts(
  ports: Record<string, number>,
  servicePorts: ReadonlySet<string> | undefined,
  place: Place,
  findings: Findings,
): void {
  for (const name in ports) {
    const at = place.at(name);
    if (servicePorts !== undefined && !servicePorts.has(name)) {
      findings.error(at, `the service has no port called ${quoted(name)}`);
    }
    findings.error(at, checkPortName(name));
    findings.error(at, checkPort(ports[name] ?? 0));
    // One letter shorter than other names: the schema of the resource says so.
    if (name.length > 62) findings.error(at, 'a name of a port has at most 62 letters here');
  }
}
