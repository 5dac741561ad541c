import type {
  CidrRange,
  Extension,
  FilterChain,
  FilterChainMatch,
  Metadata,
  TransportSocket,
} from '@inmesh/model';

/** A filter chain before it is told whether it matches everything or only some. Istio: `filterChainOpts`. */
export interface FilterChainPlan {
  /** Server names of TLS; none and `*` match every name. */
  readonly serverNames?: readonly string[];
  /** Destination addresses or ranges; none matches every address. */
  readonly destinations?: readonly string[];
  readonly applicationProtocols?: readonly string[];
  readonly transportProtocol?: 'raw_buffer' | 'tls';
  readonly filters: readonly Extension[];
  readonly transportSocket?: TransportSocket;
  readonly metadata?: Metadata;
}

export function matchesEverything(plan: FilterChainPlan): boolean {
  return (
    namesOf(plan).length === 0 &&
    !plan.applicationProtocols?.length &&
    plan.transportProtocol === undefined &&
    !plan.destinations?.length
  );
}

/** Whether Envoy would refuse the two side by side, as they match the same connections. Istio: `conflictsWith`. */
export function conflicts(a: FilterChainPlan, b: FilterChainPlan): boolean {
  return (
    a.transportProtocol === b.transportProtocol &&
    (a.applicationProtocols ?? []).join() === (b.applicationProtocols ?? []).join() &&
    sameMembers(namesOf(a), namesOf(b)) &&
    sameMembers(rangesOf(a).map(networkOf), rangesOf(b).map(networkOf))
  );
}

/** `undefined` where the chain matches everything. */
function compileFilterChainMatch(plan: FilterChainPlan): FilterChainMatch | undefined {
  if (matchesEverything(plan)) return undefined;
  const serverNames = [...namesOf(plan)].sort();
  const prefixRanges = rangesOf(plan);
  return {
    ...(prefixRanges.length > 0 && { prefixRanges }),
    ...(serverNames.length > 0 && { serverNames }),
    ...(plan.transportProtocol && { transportProtocol: plan.transportProtocol }),
    ...(plan.applicationProtocols?.length && { applicationProtocols: [...plan.applicationProtocols] }),
  };
}

export function compileFilterChain(plan: FilterChainPlan): FilterChain {
  const filterChainMatch = compileFilterChainMatch(plan);
  return {
    ...(filterChainMatch && { filterChainMatch }),
    filters: [...plan.filters],
    ...(plan.transportSocket && { transportSocket: plan.transportSocket }),
    ...(plan.metadata && { metadata: plan.metadata }),
  };
}

function namesOf({ serverNames = [] }: FilterChainPlan): readonly string[] {
  return serverNames.includes('*') ? [] : serverNames;
}

function rangesOf({ destinations = [] }: FilterChainPlan): CidrRange[] {
  return [...destinations].sort().flatMap((destination) => {
    const range = parseRange(destination);
    return range && range.addressPrefix !== '0.0.0.0' ? [range] : [];
  });
}

/** An address is a range of one. */
function parseRange(text: string): CidrRange | undefined {
  const [addressPrefix, length] = text.split('/');
  if (!addressPrefix) return undefined;
  const prefixLen = length === undefined ? (addressPrefix.includes(':') ? 128 : 32) : Number(length);
  return { addressPrefix, prefixLen };
}

/** The bits that count: `1.2.3.4/8` and `1.5.6.7/8` are the same network. Addresses of version 6 compare as text. */
function networkOf({ addressPrefix, prefixLen = 32 }: CidrRange): string {
  if (addressPrefix.includes(':')) return `${addressPrefix}/${prefixLen}`;
  const bits = addressPrefix.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLen);
  return `${Math.floor(bits / size)}/${prefixLen}`;
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}
