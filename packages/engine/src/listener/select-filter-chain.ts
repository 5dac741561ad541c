import type { FilterChain, FilterChainMatch, Listener } from '@inmesh/model';
import { addressBits, type CidrSet, cidrSet } from './cidr.js';

/** What is known of a connection before its first byte is understood. */
export interface ConnectionFacts {
  /** Where the caller meant to go; absent: its name was never looked up. */
  readonly destinationAddress?: string;
  readonly destinationPort: number;
  readonly serverName?: string;
  readonly transportProtocol: 'tls' | 'raw_buffer';
  /** By ALPN or as the bytes tell, in the caller's order of preference. */
  readonly applicationProtocols: readonly string[];
  readonly sourceAddress?: string;
  readonly sourcePort?: number;
}

/**
 * The filter chain for a connection; `undefined`: none, and the connection is closed (NR). One criterion after
 * the other keeps the chains with the most specific match, and there is no way back: a chain that loses at its
 * server name is not tried again when the winner's protocol does not fit. Envoy: `FilterChainManagerImpl`.
 */
export function selectFilterChain(listener: Listener, facts: ConnectionFacts): FilterChain | undefined {
  let compiled = compiledListeners.get(listener);
  if (compiled === undefined) {
    compiled = compileListener(listener);
    compiledListeners.set(listener, compiled);
  }
  return compiled(facts);
}

type Select = (facts: ConnectionFacts) => FilterChain | undefined;

const compiledListeners = new WeakMap<Listener, Select>();

/** Most listeners see the same few kinds of connection over and over, so answers are kept by what they depend on. */
const maxKept = 256;

function compileListener({ filterChains = [], defaultFilterChain }: Listener): Select {
  const chains = filterChains.map(compileChain);
  const criteria = [
    destinationPort,
    destinationAddress,
    serverName,
    transportProtocol,
    applicationProtocol,
    sourceType,
    sourceAddress,
    sourcePort,
  ].filter((criterion) => chains.some((chain) => criterion.isUsed(chain.match)));
  const dependsOnAddresses = criteria.some(({ byAddress }) => byAddress);
  const kept = new Map<string, FilterChain | undefined>();

  const select: Select = (facts) => {
    let left: readonly CompiledChain[] = chains;
    for (const criterion of criteria) {
      left = criterion.narrow(left, facts);
      if (left.length === 0) return defaultFilterChain;
    }
    return left[0]?.chain ?? defaultFilterChain;
  };
  if (dependsOnAddresses) return select;
  return (facts) => {
    const key = `${facts.transportProtocol} ${facts.destinationPort} ${facts.applicationProtocols} ${facts.serverName ?? ''}`;
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known;
    const chain = select(facts);
    // Server names come from requests: without a bound they would fill the memory.
    if (kept.size >= maxKept) kept.clear();
    kept.set(key, chain);
    return chain;
  };
}

interface CompiledChain {
  readonly chain: FilterChain;
  readonly match: FilterChainMatch;
  readonly serverNames: ReadonlySet<string>;
  readonly destinations: CidrSet;
  readonly sources: CidrSet;
}

function compileChain(chain: FilterChain): CompiledChain {
  const match = chain.filterChainMatch ?? {};
  return {
    chain,
    match,
    // `*.shop.test` is kept as `.shop.test`, which no server name can be.
    serverNames: new Set(match.serverNames?.map((name) => name.toLowerCase().replace(/^\*\./, '.'))),
    destinations: cidrSet(match.prefixRanges),
    sources: cidrSet(match.sourcePrefixRanges),
  };
}

interface Criterion {
  readonly isUsed: (match: FilterChainMatch) => boolean;
  /** Answers depend on addresses, of which there are too many to keep answers for. */
  readonly byAddress: boolean;
  readonly narrow: (chains: readonly CompiledChain[], facts: ConnectionFacts) => readonly CompiledChain[];
}

const isFilled = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;

const destinationPort: Criterion = {
  isUsed: (match) => match.destinationPort !== undefined,
  byAddress: false,
  narrow: (chains, { destinationPort: port }) =>
    firstFilled(
      () => chains.filter(({ match }) => match.destinationPort === port),
      () => chains.filter(({ match }) => match.destinationPort === undefined),
    ),
};

const destinationAddress: Criterion = {
  isUsed: (match) => isFilled(match.prefixRanges),
  byAddress: true,
  narrow: (chains, facts) =>
    byLongestPrefix(chains, facts.destinationAddress, ({ destinations }) => destinations),
};

const serverName: Criterion = {
  isUsed: (match) => isFilled(match.serverNames),
  byAddress: false,
  narrow(chains, facts) {
    for (const name of serverNamesFor(facts.serverName?.toLowerCase() ?? '')) {
      const named = chains.filter(({ serverNames }) => serverNames.has(name));
      if (named.length > 0) return named;
    }
    return chains.filter(({ serverNames }) => serverNames.size === 0);
  },
};

const transportProtocol: Criterion = {
  isUsed: (match) => !!match.transportProtocol,
  byAddress: false,
  narrow: (chains, facts) =>
    firstFilled(
      () => chains.filter(({ match }) => match.transportProtocol === facts.transportProtocol),
      () => chains.filter(({ match }) => !match.transportProtocol),
    ),
};

const applicationProtocol: Criterion = {
  isUsed: (match) => isFilled(match.applicationProtocols),
  byAddress: false,
  narrow(chains, { applicationProtocols }) {
    for (const protocol of applicationProtocols) {
      const speaking = chains.filter(({ match }) => match.applicationProtocols?.includes(protocol));
      if (speaking.length > 0) return speaking;
    }
    return chains.filter(({ match }) => !isFilled(match.applicationProtocols));
  },
};

const sourceType: Criterion = {
  isUsed: (match) => match.sourceType !== undefined && match.sourceType !== 'ANY',
  byAddress: true,
  narrow(chains, { sourceAddress: source, destinationAddress: destination }) {
    const isLocal = source === undefined || source === destination || /^(127\.|::1$)/.test(source);
    const type = isLocal ? 'SAME_IP_OR_LOOPBACK' : 'EXTERNAL';
    return firstFilled(
      () => chains.filter(({ match }) => match.sourceType === type),
      () => chains.filter(({ match }) => match.sourceType === undefined || match.sourceType === 'ANY'),
    );
  },
};

const sourceAddress: Criterion = {
  isUsed: (match) => isFilled(match.sourcePrefixRanges),
  byAddress: true,
  narrow: (chains, facts) => byLongestPrefix(chains, facts.sourceAddress, ({ sources }) => sources),
};

const sourcePort: Criterion = {
  isUsed: (match) => isFilled(match.sourcePorts),
  byAddress: true,
  narrow: (chains, { sourcePort: port = 0 }) =>
    firstFilled(
      () => chains.filter(({ match }) => match.sourcePorts?.includes(port)),
      () => chains.filter(({ match }) => !isFilled(match.sourcePorts)),
    ),
};

/** The name itself, then its parents with the dot in front, the longest first. */
function* serverNamesFor(name: string): Generator<string> {
  if (name === '') return;
  yield name;
  for (let dot = name.indexOf('.', 1); dot !== -1; dot = name.indexOf('.', dot + 1)) yield name.slice(dot);
}

function byLongestPrefix(
  chains: readonly CompiledChain[],
  address: string | undefined,
  rangesOf: (chain: CompiledChain) => CidrSet,
): readonly CompiledChain[] {
  const bits = address === undefined ? undefined : addressBits(address);
  const lengths = chains.map((chain) => (bits === undefined ? -1 : rangesOf(chain).longestMatch(bits)));
  const longest = Math.max(...lengths);
  return longest === -1
    ? chains.filter((chain) => rangesOf(chain).size === 0)
    : chains.filter((_, i) => lengths[i] === longest);
}

function firstFilled<T>(...attempts: readonly (() => readonly T[])[]): readonly T[] {
  for (const attempt of attempts) {
    const found = attempt();
    if (found.length > 0) return found;
  }
  return [];
}
