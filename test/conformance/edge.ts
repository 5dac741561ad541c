import { createGateway, type MeshGateway } from 'inmesh';
import { type LogEntry, type StartOptions, startMesh } from './application.js';

/** What the grader drives where requests come from outside: it sends them itself and asks only for the log. */
export class Edge {
  readonly #gateway: MeshGateway;
  readonly #stop: () => Promise<void>;
  readonly #log: LogEntry[];

  constructor(gateway: MeshGateway, stop: () => Promise<void>, log: LogEntry[]) {
    this.#gateway = gateway;
    this.#stop = stop;
    this.#log = log;
  }

  /** What finished since the last time it was asked. */
  log(): LogEntry[] {
    return this.#log.splice(0);
  }

  async stop(): Promise<void> {
    await this.#gateway.close({ graceMs: 0 });
    await this.#stop();
  }
}

/** Starts what is under test, by the public front door alone: a gateway on the Gateways' ports of the loopback. */
export async function startEdge(options: StartOptions, seed: number): Promise<Edge> {
  const { mesh, log } = await startMesh(options, seed);
  const gateway = await createGateway(mesh, { address: '127.0.0.1' });
  return new Edge(gateway, () => mesh.close(), log);
}
