import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigError } from '@inmesh/model';
import { createMesh } from '../../../create-mesh.js';
import type { Mesh } from '../../../mesh.js';
import { drawRegistry } from './registry.js';
import type { Replica } from './service.js';
import { type ProductPage, type Reviews, startServices } from './services.js';

/** Three folders above `src/cli/demo/bookinfo` and `dist/cli/demo/bookinfo` alike. */
const rules = fileURLToPath(new URL('../../../../examples/bookinfo/', import.meta.url));

/**
 * All services of Bookinfo, each with a mesh of its own as if it were a process of its own, and a folder of rules
 * that all of them watch.
 */
export class Shop {
  /** The folder of the rules in force. Files may be edited, added and removed while it runs. */
  readonly folder: string;
  readonly #replicas: readonly Replica[];
  readonly #meshes: readonly Mesh[];
  readonly #page: Replica;
  readonly #pageMesh: Mesh;

  private constructor(folder: string, replicas: readonly Replica[], meshes: readonly Mesh[]) {
    const at = replicas.findIndex(({ service }) => service === 'productpage');
    const [page, pageMesh] = [replicas[at], meshes[at]];
    if (page === undefined || pageMesh === undefined) throw new Error('there is no productpage');
    this.folder = folder;
    this.#replicas = replicas;
    this.#meshes = meshes;
    this.#page = page;
    this.#pageMesh = pageMesh;
  }

  static async open(): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), 'inmesh-bookinfo-'));
    const replicas = await startServices();
    await writeFile(join(folder, 'services.yaml'), drawRegistry(replicas));
    const meshes = await Promise.all(replicas.map((replica) => joinMesh(replica, folder)));
    return new Shop(folder, replicas, meshes);
  }

  /** Where a browser would go. */
  get url(): string {
    return `http://127.0.0.1:${this.#page.port}/productpage`;
  }

  /** Puts one of the demo's rules in force under a name of its own, as `kubectl apply` does, in every mesh. */
  async apply(rule: string, as: string): Promise<void> {
    const applied = Promise.all(this.#meshes.map(nextSnapshot));
    await copyFile(join(rules, rule), join(this.folder, as));
    await applied;
  }

  /** Resolves when the rules that the page follows have changed. */
  changed(): Promise<void> {
    return nextSnapshot(this.#pageMesh);
  }

  /** Hears of rules that are refused, whose last good version stays in force. */
  onRejected(listener: (error: ConfigError) => void): void {
    this.#pageMesh.events.on('rejected', listener);
  }

  /** Asks for the page, as a browser does. */
  async browse(user?: string): Promise<ProductPage> {
    const headers: Record<string, string> = user === undefined ? {} : { 'end-user': user };
    const response = await fetch(this.url, { headers });
    if (!response.ok) throw new Error(`the page answers ${response.status}`);
    return (await response.json()) as ProductPage;
  }

  /** Calls a service as the page does, through its mesh. */
  async call(url: string): Promise<Reviews> {
    const response = await this.#pageMesh.fetch(url);
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    return (await response.json()) as Reviews;
  }

  async close(): Promise<void> {
    await Promise.all(this.#meshes.map((mesh) => mesh.close()));
    await Promise.all(this.#replicas.map((replica) => replica.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function joinMesh(replica: Replica, folder: string): Promise<Mesh> {
  const { service, version, name } = replica;
  const mesh = await createMesh({ config: folder, workload: { name, labels: { app: service, version } } });
  replica.fetch = mesh.fetch;
  return mesh;
}

function nextSnapshot(mesh: Mesh): Promise<void> {
  return new Promise((resolve) => mesh.events.once('applied', () => resolve()));
}
