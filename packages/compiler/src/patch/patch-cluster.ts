import { type Cluster, parseClusterName, type TransportSocket } from '@inmesh/model';
import { mergeAny, mergeMessage, patchedMessages } from '@inmesh/model/envoy-messages';
import { appliesIn, mergeOptionsOf, type Patch, type PatchContext } from './patch.js';

type ClusterPatch = Patch<'CLUSTER'>;

/** The cluster after all patches that match it; `undefined` when one removes it. */
export function patchCluster(
  patches: readonly ClusterPatch[],
  context: PatchContext,
  cluster: Cluster,
  hosts: readonly string[] = [],
): Cluster | undefined {
  let patched = cluster;
  for (const patch of patches.filter(appliesIn(context))) {
    if (!matchesCluster(patch, patched, hosts)) continue;
    if (patch.operation === 'REMOVE') return undefined;
    const options = mergeOptionsOf(patch.operation);
    if (options === undefined) continue;
    patched =
      patch.value.transportSocket === undefined
        ? mergeMessage(patchedMessages.CLUSTER, patched, patch.value, options)
        : patchTransportSocket(patched, patch.value.transportSocket);
  }
  return patched;
}

/** A name decides alone. An inbound cluster's name tells no host: `hosts` are those of the port's services. */
function matchesCluster({ match }: ClusterPatch, { name }: Cluster, hosts: readonly string[]): boolean {
  const wanted = match.cluster ?? {};
  if (wanted.name) return wanted.name === name;
  const facts = parseClusterName(name);
  const candidates = facts?.direction === 'inbound' && hosts.length > 0 ? hosts : [facts?.host ?? ''];
  return (
    (!wanted.subset || wanted.subset === facts?.subset) &&
    (!wanted.service || candidates.includes(wanted.service)) &&
    (!wanted.portNumber || wanted.portNumber === facts?.port)
  );
}

/**
 * A patch with a transport socket does nothing else, whatever else it says. Sockets that are chosen by endpoint
 * (automatic mutual TLS) take it into the first one of the same name or not at all: a plain socket beside them
 * would be no valid cluster. Otherwise a socket of the same name is merged and any other one replaced.
 */
function patchTransportSocket(cluster: Cluster, patch: TransportSocket): Cluster {
  const { transportSocketMatches: matches = [], transportSocket } = cluster;
  if (matches.length > 0) {
    const at = matches.findIndex((match) => match.transportSocket?.name === patch.name);
    const match = matches[at];
    if (match?.transportSocket === undefined) return cluster;
    const merged = { ...match, transportSocket: mergeTransportSocket(match.transportSocket, patch) };
    return { ...cluster, transportSocketMatches: matches.with(at, merged) };
  }
  const same = transportSocket !== undefined && transportSocket.name === patch.name;
  return { ...cluster, transportSocket: same ? mergeTransportSocket(transportSocket, patch) : patch };
}

/** What both hold merged; settings of another type change nothing. */
export function mergeTransportSocket(base: TransportSocket, patch: TransportSocket): TransportSocket {
  if (base.typedConfig === undefined || patch.typedConfig === undefined) return base;
  const typedConfig = mergeAny(base.typedConfig, patch.typedConfig);
  return typedConfig === undefined ? base : { ...base, typedConfig };
}
