import { Gateway, type GatewayLimits, type ListenerStatus } from '@inmesh/gateway';
import type { ConfigError } from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import type { Mesh } from '../mesh.js';
import { partsOf } from '../mesh-parts.js';
import { folderCredentials } from './folder-credentials.js';
import { gatewayFindings } from './gateway-findings.js';
import { secretCredentials } from './secret-credentials.js';

/** What {@link createGateway} can be told. Everything has a default. */
export interface GatewayOptions {
  /** The address that is listened on where the rules name none. @defaultValue `0.0.0.0` */
  readonly address?: string;
  /** Ports of Gateways → ports that are listened on: `{ 443: 8443 }`. 0: any that is free. */
  readonly ports?: Readonly<Record<number, number>>;
  /**
   * A folder with `<name>/tls.crt`, `tls.key` and `ca.crt` for each `credentialName`. Secrets among the rules go first.
   *
   * @defaultValue none: Secrets among the rules alone
   */
  readonly credentials?: string;
  /** What is put up with, where the rules say nothing else. */
  readonly limits?: Partial<GatewayLimits>;
}

/** A gateway at work. */
export interface MeshGateway {
  /** What is listened on, and what became of it. */
  listeners(): readonly ListenerStatus[];
  /** Ports that could not be had and certificates that are missing, where the rules ask for them. */
  findings(): readonly ConfigError[];
  /** Connections of clients that stand. */
  readonly connections: number;
  readonly events: EventEmitter<GatewayEvents>;
  /**
   * Takes no more connections; requests under way have `graceMs` to end. The mesh goes on; when it is closed itself
   * it ends its gateways first. @defaultValue 10_000
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GatewayEvents {
  /** Something else is listened on. */
  changed: [listeners: readonly ListenerStatus[]];
}

/**
 * Serves the Gateways that select the mesh's workload, in this process: the mesh has to be that of a gateway
 * (`workload: { type: 'router', labels }`). Resolves when every port listens or is known not to; what does not serve
 * is in {@link MeshGateway.findings} and keeps nothing else from serving.
 *
 * @example
 * const mesh = await createMesh({ config: './edge', workload: { type: 'router', labels: { app: 'edge' } } });
 * const gateway = await createGateway(mesh, { ports: { 443: 8443 } });
 */
export async function createGateway(mesh: Mesh, options: GatewayOptions = {}): Promise<MeshGateway> {
  const { workload } = mesh.status();
  if (workload.type !== 'router')
    throw new TypeError("a gateway needs a mesh with workload: { type: 'router' }");
  const { view, dispatcher, clock, snapshot, finished, standing } = partsOf(mesh);
  const events = new EventEmitter<GatewayEvents>();
  const ofSecrets = secretCredentials(snapshot, workload.namespace);
  const ofFolder = options.credentials === undefined ? undefined : folderCredentials(options.credentials);
  const gateway = new Gateway({
    view,
    dispatcher,
    clock,
    credentials: (name) => ofSecrets(name) ?? ofFolder?.(name),
    address: options.address,
    ports: new Map(Object.entries(options.ports ?? {}).map(([from, to]) => [Number(from), to])),
    limits: options.limits,
    finished,
    changed: () => events.emit('changed', gateway.status()),
  });
  await gateway.start();
  const close = async (graceMs: number): Promise<void> => {
    standing.delete(close);
    await gateway.close({ graceMs });
    events.removeAllListeners();
  };
  standing.add(close);
  return {
    listeners: () => gateway.status(),
    findings: () => gatewayFindings(gateway.status(), snapshot()),
    get connections() {
      return gateway.connections;
    },
    events,
    close: ({ graceMs = 10_000 } = {}) => close(graceMs),
    [Symbol.asyncDispose]: () => close(10_000),
  };
}
