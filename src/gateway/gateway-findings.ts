import type { ListenerStatus, SecretError } from '@inmesh/gateway';
import {
  ConfigError,
  type Resource,
  type ResourceSnapshot,
  resourceKey,
  type ServerTLSSettings,
} from '@inmesh/model';

/** What keeps servers of Gateways from serving, each at the place in the rules that asks for it. */
export function gatewayFindings(
  listeners: readonly ListenerStatus[],
  snapshot: ResourceSnapshot,
): readonly ConfigError[] {
  const gateways = snapshot.list('Gateway');
  return listeners.flatMap((listener) => [
    ...(listener.error === undefined ? [] : portFindings(listener, listener.error, gateways)),
    ...listener.problems.flatMap((problem) => tlsFindings(listener, problem, gateways)),
  ]);
}

type Gateways = readonly Resource<'Gateway'>[];

function portFindings(
  { gatewayPort, host, port }: ListenerStatus,
  error: Error,
  gateways: Gateways,
): ConfigError[] {
  const reason = `nobody listens on ${host}:${port}: ${wordsOf(error)}`;
  return serversOf(gateways)
    .filter(({ server }) => server.port?.number === gatewayPort)
    .slice(0, 1)
    .map(({ gateway, index }) => finding(gateway, ['spec', 'servers', index, 'port'], reason, error));
}

/** The servers of the port whose credentials the problem names; all with TLS, where it names none. */
function tlsFindings(
  { gatewayPort }: ListenerStatus,
  problem: SecretError,
  gateways: Gateways,
): ConfigError[] {
  const onPort = serversOf(gateways).filter(
    ({ server: { port, tls } }) => port?.number === gatewayPort && tls !== undefined,
  );
  const named = onPort.filter(({ server: { tls = {} } }) =>
    namesOf(tls).some((name) => problem.secrets.includes(name)),
  );
  return (named.length > 0 ? named : onPort).map(({ gateway, index, server: { tls = {} } }) =>
    finding(
      gateway,
      ['spec', 'servers', index, 'tls', fieldOf(tls)],
      `the server cannot end TLS: ${problem.message}`,
      problem,
    ),
  );
}

function serversOf(gateways: Gateways): { gateway: Resource<'Gateway'>; index: number; server: Server }[] {
  return gateways.flatMap((gateway) =>
    (gateway.spec.servers ?? []).map((server, index) => ({ gateway, index, server })),
  );
}

type Server = NonNullable<Resource<'Gateway'>['spec']['servers']>[number];

function namesOf(tls: ServerTLSSettings): readonly string[] {
  return [
    tls.credentialName,
    ...(tls.credentialNames ?? []),
    tls.caCertCredentialName,
    tls.serverCertificate,
    tls.privateKey,
    tls.caCertificates,
  ].flatMap((name) => name || []);
}

function fieldOf({ credentialName, credentialNames, serverCertificate }: ServerTLSSettings): string {
  if (credentialName) return 'credentialName';
  if (credentialNames?.length) return 'credentialNames';
  return serverCertificate ? 'serverCertificate' : 'mode';
}

function wordsOf({ message, code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is taken';
    case 'EACCES':
      return 'ports below 1024 need a privilege; map it to another one';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address';
    default:
      return message;
  }
}

function finding(
  gateway: Resource<'Gateway'>,
  path: readonly (string | number)[],
  reason: string,
  cause: Error,
): ConfigError {
  return new ConfigError(
    'INMESH_CONFIG_INVALID',
    reason,
    {
      severity: 'error',
      position: gateway.origin.positionOf(path),
      resource: resourceKey(gateway),
      path: path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
        .join('')
        .slice(1),
    },
    { cause },
  );
}
