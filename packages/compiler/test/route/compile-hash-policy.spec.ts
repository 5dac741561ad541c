import { strict as assert } from 'node:assert';
import type { ConsistentHashLB, DestinationRule } from '@inmesh/model';
import { compileHashPolicy, hashOfDestination, hashOfService } from '../../src/route/compile-hash-policy.js';

describe('compileHashPolicy', () => {
  it('hashes by header, cookie, source address or query parameter', () => {
    assert.deepEqual(compileHashPolicy({ httpHeaderName: 'x' }), { header: { headerName: 'x' } });
    assert.deepEqual(compileHashPolicy({ useSourceIp: true }), { connectionProperties: { sourceIp: true } });
    assert.deepEqual(compileHashPolicy({ useSourceIp: false }), { connectionProperties: {} });
    assert.deepEqual(compileHashPolicy({ httpQueryParameterName: 'q' }), { queryParameter: { name: 'q' } });
  });

  it('makes a cookie only where a time to live is given, 0 being that of the session', () => {
    assert.deepEqual(compileHashPolicy({ httpCookie: { name: 'u' } }), { cookie: { name: 'u' } });
    assert.deepEqual(compileHashPolicy({ httpCookie: { name: 'u', ttl: '0s', path: '/a' } }), {
      cookie: { name: 'u', ttl: '0s', path: '/a' },
    });
  });

  it('has nothing to say about a ring without a key', () => {
    assert.equal(compileHashPolicy({ minimumRingSize: 1024 }), undefined);
  });
});

describe('the hash of a destination', () => {
  const hash = (httpHeaderName: string): { loadBalancer: { consistentHash: ConsistentHashLB } } => ({
    loadBalancer: { consistentHash: { httpHeaderName } },
  });
  const spec: DestinationRule = {
    host: 'a',
    trafficPolicy: { ...hash('rule'), portLevelSettings: [{ port: { number: 80 }, ...hash('port') }] },
    subsets: [
      { name: 'v1' },
      {
        name: 'v2',
        trafficPolicy: {
          ...hash('subset'),
          portLevelSettings: [{ port: { number: 80 }, ...hash('subset port') }],
        },
      },
    ],
  };
  const rule = { resources: [], spec };
  const of = (subset?: string, number?: number): string | undefined =>
    hashOfDestination(
      { host: 'a', ...(subset && { subset }), ...(number && { port: { number } }) },
      { destinationRule: () => rule },
    )?.httpHeaderName;

  it('is that of the subset’s port, then the subset’s, then the port’s, then the rule’s', () => {
    assert.deepEqual(
      [of('v2', 80), of('v2'), of('v1', 80), of('v1'), of('none', 81), of()],
      ['subset port', 'subset', 'port', 'rule', 'rule', 'rule'],
    );
  });

  it('is by port for a service without rules of its own', () => {
    assert.equal(hashOfService(rule, 80)?.httpHeaderName, 'port');
    assert.equal(hashOfService(rule, 81)?.httpHeaderName, 'rule');
    assert.equal(hashOfService(undefined, 80), undefined);
  });
});
