import { type Protocol, parseProtocol } from '@inmesh/model';

/**
 * The protocol of a Kubernetes service port: the transport first, then `appProtocol`, then what stands before
 * the first hyphen of the port's name. Istio: `kube.ConvertProtocol`.
 */
export function kubernetesProtocol(port: {
  readonly port: number;
  readonly name: string;
  readonly transport: string | undefined;
  readonly appProtocol: string | undefined;
}): Protocol {
  if (port.transport === 'UDP') return 'UDP';
  const known = appProtocols.get(port.appProtocol ?? '');
  if (known !== undefined) return known;
  const spoken = byName(port.appProtocol ?? port.name);
  return spoken === 'Unsupported' && wellKnownTcpPorts.has(port.port) ? 'TCP' : spoken;
}

const appProtocols: ReadonlyMap<string, Protocol> = new Map([
  ['kubernetes.io/h2c', 'HTTP2'],
  ['kubernetes.io/ws', 'HTTP'],
  ['kubernetes.io/wss', 'HTTPS'],
]);

/** SMTP, DNS, MySQL and MongoDB: there the server speaks first, so that nothing could be detected. */
const wellKnownTcpPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

function byName(name: string): Protocol {
  if (name.slice(0, 8).toLowerCase() === 'grpc-web') return 'GRPC-Web';
  const hyphen = name.indexOf('-');
  return parseProtocol(hyphen === -1 ? name : name.slice(0, hyphen));
}
