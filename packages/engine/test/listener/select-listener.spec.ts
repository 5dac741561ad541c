import { strict as assert } from 'node:assert';
import type { CallRequest } from '../../src/call.js';
import { selectListener } from '../../src/listener/select-listener.js';
import { isPending } from '../../src/resource-view.js';
import { head } from '../match/request.js';
import { createView, listener, managerConfig, tcpProxy } from './view.js';

const call = (url: string, rest: Partial<CallRequest> = {}): CallRequest => {
  const { protocol, hostname, port, host } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return {
    head: head('/', [], { scheme, authority: host }),
    host: hostname,
    port: Number(port || (scheme === 'https' ? 443 : 80)),
    body: 'none',
    ...rest,
  };
};

describe('selectListener', () => {
  const http = listener('0.0.0.0', 8080, managerConfig({ rds: { routeConfigName: '8080' } }));
  const bound = listener('10.0.0.9', 8080, managerConfig({ rds: { routeConfigName: 'vip' } }));
  const catchAll = listener('0.0.0.0', 15001, tcpProxy('PassthroughCluster'));
  const https = listener(
    'inmesh.https',
    8443,
    managerConfig({ rds: { routeConfigName: 'inmesh.https.8443' } }),
  );
  const sni = listener('0.0.0.0', 8443, tcpProxy('outbound|8443||vault.test'));
  const routes = {
    name: 'inmesh.https.8443',
    virtualHosts: [
      { name: 'v', domains: ['vault.test', 'vault.test:8443'], routes: [{ match: { prefix: '/' } }] },
      { name: 'o', domains: ['opaque.vault.test'], routes: [] },
    ],
  };
  const view = createView([http, bound, catchAll, https, sni], [routes]);
  const nameOf = (choice: ReturnType<typeof selectListener>): string | undefined =>
    isPending(choice) ? 'pending' : choice.listener?.name;

  it('takes the listener of the port, and the one that takes all others', () => {
    assert.equal(nameOf(selectListener(view, call('http://a.test:8080/'))), '0.0.0.0_8080');
    const other = selectListener(view, call('http://a.test:9999/'));
    assert.equal(nameOf(other), '0.0.0.0_15001');
    assert.equal(!isPending(other) && other.kind === 'tcp' && other.proxy.cluster, 'PassthroughCluster');
  });

  it('prefers the listener bound to the address that the name stands for', () => {
    assert.equal(
      nameOf(selectListener(view, call('http://a.test:8080/'), { destination: '10.0.0.9' })),
      '10.0.0.9_8080',
    );
    assert.equal(
      nameOf(selectListener(view, call('http://a.test:8080/'), { destination: '10.0.0.8' })),
      '0.0.0.0_8080',
    );
  });

  it('sends a caller whose name stands for nothing to the one listener of its port', () => {
    const alone = createView([bound, catchAll]);
    assert.equal(nameOf(selectListener(alone, call('http://nobody.test:8080/'))), '10.0.0.9_8080');
    const elsewhere = selectListener(alone, call('http://a.test:8080/'), { destination: '10.0.0.8' });
    assert.equal(nameOf(elsewhere), '0.0.0.0_15001');
  });

  it('applies http rules to an https call whose host they name, and passes the others by server name', () => {
    assert.equal(nameOf(selectListener(view, call('https://vault.test:8443/'))), 'inmesh.https_8443');
    assert.equal(nameOf(selectListener(view, call('https://other.test:8443/'))), '0.0.0.0_8443');
  });

  it('passes an https call by server name whose name a tls block takes', () => {
    assert.equal(nameOf(selectListener(view, call('https://opaque.vault.test:8443/'))), '0.0.0.0_8443');
  });

  it('leaves https calls encrypted where that is switched off', () => {
    const choice = selectListener(view, call('https://vault.test:8443/'), { httpsPorts: 'istio' });
    assert.equal(nameOf(choice), '0.0.0.0_8443');
  });

  it('enters by the listener on which a gateway took the request', () => {
    const downstream = {
      listener: { address: '10.0.0.9', port: 8080 },
      remoteAddress: '192.0.2.1',
      remotePort: 7,
      protocol: 'HTTP/1.1',
    } as const;
    assert.equal(nameOf(selectListener(view, call('http://a.test:80/', { downstream }))), '10.0.0.9_8080');
  });

  it('answers that there is none where the view knows nothing', () => {
    const choice = selectListener(createView([]), call('http://a.test/'));
    assert.deepEqual(choice, { kind: 'none', listener: undefined });
  });

  it('waits for a listener that is not known yet', () => {
    const pending = { pending: Promise.resolve() };
    assert.equal(selectListener({ ...view, listener: () => pending }, call('http://a.test/')), pending);
    const waits = selectListener(
      { ...view, routeConfiguration: () => pending },
      call('https://vault.test:8443/'),
    );
    assert.equal(waits, pending);
  });
});
