import type { Cluster, ClusterLoadAssignment, Listener } from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import type { ConfigDump } from './compiler.js';
import { dumpGeneration } from './config-dump.js';
import type { Generation } from './generation.js';
import { hostAddress } from './host-address.js';
import { Kept } from './kept.js';
import { reuse } from './reuse.js';
import type { RouteConfigurationIndex } from './route/route-configurations.js';

/** What the engine asks of a compiler. A thing that did not change is answered with the same object. */
export interface View {
  /** By its exact bind: `0.0.0.0`, one address, or `inmesh.https` for calls before they are encrypted. */
  listener(address: string, port: number): Listener | undefined;
  hasAddressListeners(port: number): boolean;
  routeConfiguration(name: string): RouteConfigurationIndex | undefined;
  cluster(name: string): Cluster | undefined;
  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined;
  /** The address that stands for a host of the mesh, as Istio's DNS proxy would answer. */
  hostAddress(name: string): string | undefined;
  readonly changes: EventEmitter<ViewEvents>;
}

export interface ViewEvents {
  changed: [change: ViewChange];
}

/** What has changed of that which was asked for; of the rest nobody has an old answer. */
export interface ViewChange {
  readonly routes: ReadonlySet<string> | 'all';
  readonly listeners: boolean;
  readonly clusters: ReadonlySet<string> | 'all';
  readonly endpoints: ReadonlySet<string> | 'all';
}

/**
 * Keeps what was asked for. When a generation takes over, exactly that is compiled anew and compared: what is
 * equal stays the object that it was, and what is not is named in the event.
 */
export class CompiledView implements View {
  readonly changes: EventEmitter<ViewEvents> = new EventEmitter<ViewEvents>();
  #generation: Generation | undefined;
  readonly #listeners = new Kept<Listener>();
  readonly #routes = new Kept<RouteConfigurationIndex>();
  readonly #clusters = new Kept<Cluster>();
  readonly #loadAssignments = new Kept<ClusterLoadAssignment>();

  listener(address: string, port: number): Listener | undefined {
    return this.#listeners.get(`${address} ${port}`, () => this.#generation?.listener(address, port));
  }

  hasAddressListeners(port: number): boolean {
    return this.#generation?.hasAddressListeners(port) ?? false;
  }

  routeConfiguration(name: string): RouteConfigurationIndex | undefined {
    return this.#routes.get(name, () => this.#generation?.routeConfiguration(name));
  }

  cluster(name: string): Cluster | undefined {
    return this.#clusters.get(name, () => this.#generation?.cluster(name));
  }

  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined {
    return this.#loadAssignments.get(clusterName, () => this.#generation?.loadAssignment(clusterName));
  }

  hostAddress(name: string): string | undefined {
    return this.#generation && hostAddress(this.#generation.scope, name);
  }

  /** Takes over, then tells. Listeners of the event run synchronously, with the new answers in place. */
  replace(generation: Generation): void {
    this.#generation = generation;
    const listeners = this.#listeners.revise((key, previous) => {
      const at = key.lastIndexOf(' ');
      return reuse(previous, generation.listener(key.slice(0, at), Number(key.slice(at + 1))));
    });
    const routes = this.#routes.revise((name, previous) => generation.routeConfiguration(name, previous));
    const clusters = this.#clusters.revise((name, previous) => reuse(previous, generation.cluster(name)));
    const endpoints = this.#loadAssignments.revise((name, previous) =>
      reuse(previous, generation.loadAssignment(name)),
    );
    if (listeners.size + routes.size + clusters.size + endpoints.size === 0) return;
    this.changes.emit('changed', { listeners: listeners.size > 0, routes, clusters, endpoints });
  }

  dump(): ConfigDump {
    return this.#generation === undefined
      ? { listeners: [], routes: [], clusters: [], endpoints: [] }
      : dumpGeneration(this.#generation);
  }
}
