import { strict as assert } from 'node:assert';
import type { FilterChain, FilterChainMatch, Listener } from '@inmesh/model';
import { type ConnectionFacts, selectFilterChain } from '../../src/listener/select-filter-chain.js';

const chain = (name: string, filterChainMatch: FilterChainMatch = {}): FilterChain => ({
  name,
  filterChainMatch,
});
const plain: ConnectionFacts = {
  destinationPort: 80,
  transportProtocol: 'raw_buffer',
  applicationProtocols: ['http/1.1'],
};
const tls = (serverName: string, rest: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  destinationPort: 443,
  transportProtocol: 'tls',
  applicationProtocols: ['h2', 'http/1.1'],
  serverName,
  ...rest,
});

function select(chains: FilterChain[], facts: ConnectionFacts, fallback?: FilterChain): string | undefined {
  const listener: Listener = {
    name: 'l',
    filterChains: chains,
    ...(fallback === undefined ? {} : { defaultFilterChain: fallback }),
  };
  // Twice: the second answer comes from what was kept.
  const first = selectFilterChain(listener, facts)?.name;
  assert.equal(selectFilterChain(listener, facts)?.name, first);
  return first;
}

describe('selectFilterChain', () => {
  it('falls back to the default chain, and to none without it', () => {
    const h2 = chain('h2', { applicationProtocols: ['h2'] });
    assert.equal(select([h2], plain, chain('default')), 'default');
    assert.equal(select([h2], plain), undefined);
  });

  it('takes plain HTTP by transport and protocol, and TLS past it', () => {
    const http = chain('http', {
      transportProtocol: 'raw_buffer',
      applicationProtocols: ['http/1.1', 'h2c'],
    });
    assert.equal(select([http], plain, chain('tcp')), 'http');
    assert.equal(select([http], tls('a.test'), chain('tcp')), 'tcp');
  });

  it('prefers the exact server name, then the longest suffix, then a chain without names', () => {
    const chains = [
      chain('any'),
      chain('*.test', { serverNames: ['*.test'] }),
      chain('*.shop.test', { serverNames: ['*.shop.test'] }),
      chain('a.shop.test', { serverNames: ['A.shop.test'] }),
    ];
    assert.equal(select(chains, tls('a.shop.test')), 'a.shop.test');
    assert.equal(select(chains, tls('B.shop.test')), '*.shop.test');
    assert.equal(select(chains, tls('x.y.shop.test')), '*.shop.test');
    assert.equal(select(chains, tls('shop.test')), '*.test');
    assert.equal(select(chains, tls('other')), 'any');
    assert.equal(select(chains, plain), 'any');
  });

  it('does not go back once a server name has won', () => {
    const chains = [
      chain('named', { serverNames: ['a.test'], applicationProtocols: ['istio'] }),
      chain('any', { applicationProtocols: ['h2'] }),
    ];
    assert.equal(select(chains, tls('a.test'), chain('default')), 'default');
    assert.equal(select(chains, tls('b.test'), chain('default')), 'any');
  });

  it('asks the destination port first', () => {
    const chains = [chain('own port', { destinationPort: 15001 }), chain('rest')];
    assert.equal(select(chains, { ...plain, destinationPort: 15001 }), 'own port');
    assert.equal(select(chains, plain), 'rest');
  });

  it('takes the longest range that covers the destination address', () => {
    const ranges = (addressPrefix: string, prefixLen: number): FilterChainMatch => ({
      prefixRanges: [{ addressPrefix, prefixLen }],
    });
    const chains = [
      chain('wide', ranges('10.0.0.0', 8)),
      chain('narrow', ranges('10.1.0.0', 16)),
      chain('six', ranges('2001:db8::', 32)),
      chain('any'),
    ];
    const to = (destinationAddress: string): ConnectionFacts => ({ ...plain, destinationAddress });
    assert.equal(select(chains, to('10.1.2.3')), 'narrow');
    assert.equal(select(chains, to('10.2.2.3')), 'wide');
    assert.equal(select(chains, to('::ffff:10.2.2.3')), 'wide');
    assert.equal(select(chains, to('2001:db8::1')), 'six');
    assert.equal(select(chains, to('192.0.2.1')), 'any');
    assert.equal(select(chains, plain), 'any');
  });

  it('tells sources apart by kind, range and port', () => {
    const chains = [
      chain('local', { sourceType: 'SAME_IP_OR_LOOPBACK' }),
      chain('office', { sourcePrefixRanges: [{ addressPrefix: '192.0.2.0', prefixLen: 24 }] }),
      chain('port', { sourcePorts: [7] }),
    ];
    assert.equal(select(chains, { ...plain, sourceAddress: '127.0.0.1', sourcePort: 1 }), 'local');
    assert.equal(select(chains, { ...plain, sourceAddress: '192.0.2.9', sourcePort: 7 }), 'office');
    assert.equal(select(chains, { ...plain, sourceAddress: '198.51.100.1', sourcePort: 7 }), 'port');
  });
});
