import type { ListenerStatus } from '@inmesh/gateway';
import type { Resource, Server } from '@inmesh/model';
import pico from 'picocolors';
import { drawColumns } from './columns.js';
import type { Io } from './io.js';

export interface DrawListenersOptions {
  /** All Gateways among the rules. */
  readonly gateways: readonly Resource[];
  /** Of the workload. */
  readonly labels: Readonly<Record<string, string>>;
  readonly io: Pick<Io, 'colors'>;
}

/** A table of what listens where and for whom; where nothing does, why. */
export function drawListeners(
  listeners: readonly ListenerStatus[],
  { gateways, labels, io }: DrawListenersOptions,
): readonly string[] {
  const { bold, dim, red } = pico.createColors(io.colors);
  const own = gateways.filter(isGateway).filter(({ spec: { selector = {} } }) => selects(selector, labels));
  if (listeners.length === 0) return nothing(gateways.filter(isGateway), labels);
  const rows = listeners.flatMap((listener) => {
    const servers = own.flatMap((gateway) =>
      (gateway.spec.servers ?? [])
        .filter(({ port }) => port?.number === listener.gatewayPort)
        .map((server) => ({ gateway, server })),
    );
    const where = `${listener.host}:${listener.port}`;
    const state = listener.error === undefined ? where : red(`${where} (failed)`);
    if (servers.length === 0) return [[state, String(listener.gatewayPort), '', '', listener.name]];
    return servers.map(({ gateway, server }) => [
      state,
      String(listener.gatewayPort),
      protocolOf(server),
      (server.hosts ?? []).join(', '),
      `${gateway.namespace}/${gateway.name}`,
    ]);
  });
  const head = ['LISTENS ON', 'PORT', 'PROTOCOL', 'HOSTS', 'GATEWAY'].map((title) => bold(title));
  return [...drawColumns([head, ...rows]), dim(`as ${textOf(labels) || 'a workload without labels'}`)];
}

function nothing(
  gateways: readonly Resource<'Gateway'>[],
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  if (gateways.length === 0) return ['Nothing to serve: there is no Gateway among the rules.'];
  return [
    `Nothing to serve: no Gateway selects ${textOf(labels) || 'a workload without labels'}.`,
    ...drawColumns(
      gateways.map(({ namespace, name, spec }) => [
        `  ${namespace}/${name}`,
        `selects ${textOf(spec.selector ?? {}) || 'everybody'}`,
        `--labels ${textOf(spec.selector ?? {})}`,
      ]),
    ),
  ];
}

function protocolOf({ port, tls }: Server): string {
  const protocol = port?.protocol ?? '';
  if (tls === undefined) return protocol;
  return tls.httpsRedirect === true ? `${protocol} → HTTPS` : `${protocol} ${tls.mode ?? 'PASSTHROUGH'}`;
}

function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

const isGateway = (resource: Resource): resource is Resource<'Gateway'> => resource.kind === 'Gateway';
