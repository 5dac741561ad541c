import { isIP } from 'node:net';
import type { Cluster } from '@inmesh/model';
import { LRUCache } from 'lru-cache';
import type { ResolvedAddress } from '../../engine.js';
import type { Lookup } from '../../resource-view.js';
import type { ClusterState } from '../cluster-state.js';
import type { Endpoint } from '../endpoint.js';
import type { ClusterChoiceContext, EndpointSource } from './endpoint-source.js';
import { ofFamily } from './lookup-family.js';

const refreshMs = 60_000;
const maxHosts = 1024;

export interface DynamicForwardProxyOptions {
  readonly cluster: Cluster;
  readonly state: ClusterState;
  readonly resolve: (name: string) => Promise<readonly ResolvedAddress[]>;
  /** Clock milliseconds. */
  readonly now: () => number;
}

/**
 * Goes to the host that the request names, resolved by a cache of its own. Envoy: the cluster
 * `dynamic_forward_proxy`. Unlike Envoy, a name is looked up again when it is next asked for, not by a timer.
 */
export class DynamicForwardProxy implements EndpointSource {
  readonly #options: DynamicForwardProxyOptions;
  readonly #defaultPort: number;
  readonly #family: Cluster['dnsLookupFamily'];
  readonly #names = new LRUCache<string, NameState>({ max: maxHosts });
  readonly #endpoints = new LRUCache<string, Endpoint>({ max: maxHosts });
  #made = 0;

  constructor(options: DynamicForwardProxyOptions) {
    this.#options = options;
    const cache = options.cluster.clusterType?.typedConfig?.dnsCacheConfig as
      | Pick<Cluster, 'dnsLookupFamily'>
      | undefined;
    this.#family = cache?.dnsLookupFamily;
    this.#defaultPort = options.cluster.transportSocket === undefined ? 80 : 443;
  }

  get endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }

  pick({ authority }: ClusterChoiceContext): Lookup<Endpoint> {
    const { host, port = this.#defaultPort } = splitAuthority(authority);
    if (isIP(host) !== 0) return this.#endpoint(host, port, host);
    const known = this.#names.get(host);
    if (known === undefined) return { pending: this.#lookUp(host).pending };
    if (known.addresses === undefined) return { pending: known.pending };
    if (this.#options.now() >= known.staleAt) this.#lookUp(host, known.addresses);
    const [first] = known.addresses;
    return first === undefined ? undefined : this.#endpoint(first.address, first.port ?? port, host);
  }

  sync(): undefined {}
  invalidate(): void {}
  refresh(): void {}
  close(): void {}

  #endpoint(address: string, port: number, hostname: string): Endpoint {
    const { state } = this.#options;
    const endpoint = state.endpoint({ address, port, hostname });
    const isNew = !this.#endpoints.has(endpoint.key);
    this.#endpoints.set(endpoint.key, endpoint);
    // Hosts come from requests: what has been pushed out is forgotten, many at a time.
    if (isNew && ++this.#made % maxHosts === 0) state.retain(new Set(this.#endpoints.keys()));
    return endpoint;
  }

  /** @param addresses known so far: they serve until the answer is here, and longer if there is none */
  #lookUp(host: string, addresses?: readonly ResolvedAddress[]): NameState {
    const name: NameState = {
      addresses,
      staleAt: Number.POSITIVE_INFINITY,
      pending: this.#options.resolve(host).then(
        (answer) => settle(answer),
        () => settle(addresses ?? []),
      ),
    };
    const settle = (answer: readonly ResolvedAddress[]): void => {
      name.addresses = ofFamily(answer, this.#family);
      name.staleAt = this.#options.now() + (answer.length === 0 ? 0 : refreshMs);
    };
    this.#names.set(host, name);
    return name;
  }
}

interface NameState {
  /** `undefined`: the first answer is not here yet. */
  addresses: readonly ResolvedAddress[] | undefined;
  staleAt: number;
  readonly pending: Promise<void>;
}

function splitAuthority(authority: string): { readonly host: string; readonly port?: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(authority);
  const host = match?.[1] ?? match?.[2] ?? authority;
  return match?.[3] === undefined ? { host } : { host, port: Number(match[3]) };
}
