import type { HTTPMatchRequest, L4MatchAttributes, TLSMatchAttributes, Workload } from '@inmesh/model';
import { hasLabels } from '../registry/labels.js';

/** Where a rule is being translated: the conditions that are known before any request. */
export interface StaticContext {
  readonly workload: Pick<Workload, 'labels' | 'namespace'>;
  readonly gateway: string;
  readonly port: number;
}

/**
 * Whether the static conditions of an http match hold. A match that names gateways is not asked for its source
 * labels and namespace, unlike in tcp and tls rules. Istio: `sourceMatchHTTP` and the port test before it.
 */
export function holdsStatically(
  match: HTTPMatchRequest,
  { workload, gateway, port }: StaticContext,
): boolean {
  if (match.port && match.port !== port) return false;
  if (match.gateways?.length) return match.gateways.includes(gateway);
  return isFrom(match, workload);
}

/** Whether the static conditions of a tcp or tls match hold: all of them. Istio: `matchTCP`, `matchTLS`. */
export function holdsStaticallyL4(
  match: L4MatchAttributes | TLSMatchAttributes,
  { workload, gateway, port }: StaticContext,
): boolean {
  if (match.port && match.port !== port) return false;
  if (match.gateways?.length && !match.gateways.includes(gateway)) return false;
  return isFrom(match, workload);
}

function isFrom(
  { sourceLabels, sourceNamespace }: Pick<HTTPMatchRequest, 'sourceLabels' | 'sourceNamespace'>,
  { labels, namespace }: StaticContext['workload'],
): boolean {
  if (sourceNamespace && sourceNamespace !== namespace) return false;
  return hasLabels(labels, sourceLabels ?? {});
}
