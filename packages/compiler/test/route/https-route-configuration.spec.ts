import { strict as assert } from 'node:assert';
import type { HttpConnectionManager } from '@inmesh/model';
import { resource, serviceEntry, world } from './world.js';

describe('rules for https calls', () => {
  const api = serviceEntry('api.test', [{ number: 443, protocol: 'HTTPS' }]);
  const other = serviceEntry('other.test', [{ number: 443, protocol: 'TLS' }]);
  const canary = serviceEntry('canary.test', [{ number: 443, protocol: 'HTTPS' }]);
  const httpRule = resource('VirtualService', 'http', {
    hosts: ['api.test'],
    http: [
      { match: [{ headers: { x: { exact: '1' } } }], route: [{ destination: { host: 'canary.test' } }] },
      { route: [{ destination: { host: 'api.test' } }] },
    ],
  });
  const tlsRule = resource('VirtualService', 'tls', {
    hosts: ['other.test'],
    tls: [
      {
        match: [{ port: 443, sniHosts: ['other.test'] }],
        route: [
          { destination: { host: 'canary.test' }, weight: 3 },
          { destination: { host: 'api.test' }, weight: 1 },
        ],
      },
    ],
  });

  it('are http rules as on an http port', () => {
    const { cluster } = world([api, canary, httpRule]);
    assert.equal(cluster('inmesh.https.443', 'https://api.test/'), 'outbound|443||api.test');
    assert.equal(cluster('inmesh.https.443', 'https://api.test/', { x: '1' }), 'outbound|443||canary.test');
  });

  it('leave the names of tls blocks without routes, since their bytes are passed on', () => {
    const all = serviceEntry('*.test', [{ number: 443, protocol: 'HTTPS' }]);
    const toAll = resource('VirtualService', 'all', {
      hosts: ['*.test'],
      http: [{ route: [{ destination: { host: 'api.test' } }] }],
    });
    const { answer, domains } = world([api, other, canary, all, tlsRule, toAll]);
    assert.ok(Object.values(domains('inmesh.https.443')).flat().includes('other.test'));
    assert.equal(answer('inmesh.https.443', 'https://other.test/'), undefined);
    assert.notEqual(answer('inmesh.https.443', 'https://any.test/'), undefined);
    assert.equal(world([api, other, canary, tlsRule]).index('inmesh.https.443'), undefined);
  });

  it('say nothing of hosts that no rule names: there is no catch-all', () => {
    const { domains } = world([api, other, canary, httpRule]);
    assert.deepEqual(Object.keys(domains('inmesh.https.443')), ['api.test:443']);
  });

  it('have a listener only on ports where they name a host, and never in a dump', () => {
    const { compiler, listenerNames } = world([api, canary, httpRule]);
    const listener = compiler.view.listener('inmesh.https', 443);
    const manager = listener?.filterChains?.[0]?.filters?.[0]?.typedConfig as HttpConnectionManager;
    assert.equal(listener?.name, 'inmesh.https.443');
    assert.equal(manager.rds?.routeConfigName, 'inmesh.https.443');
    assert.equal(compiler.view.listener('inmesh.https', 8443), undefined);
    assert.equal(world([api]).compiler.view.listener('inmesh.https', 443), undefined);
    assert.equal(
      listenerNames().some((name) => name.startsWith('inmesh')),
      false,
    );
  });

  it('can be switched off', () => {
    const { compiler } = world([api, canary, httpRule], { httpsPorts: 'istio' });
    assert.equal(compiler.view.listener('inmesh.https', 443), undefined);
  });

  it('leave out rules for another port and plain http services', () => {
    const elsewhere = resource('VirtualService', 'elsewhere', {
      hosts: ['api.test'],
      http: [{ match: [{ port: 80 }], route: [{ destination: { host: 'canary.test' } }] }],
    });
    assert.equal(world([api, canary, elsewhere]).index('inmesh.https.443'), undefined);
    const plain = serviceEntry('api.test', [{ number: 443, protocol: 'HTTP' }]);
    assert.equal(world([plain, canary, httpRule]).index('inmesh.https.443'), undefined);
  });
});
