import { strict as assert } from 'node:assert';
import { kubernetesProtocol } from '../../src/registry/kubernetes-protocol.js';

describe('the protocol of a Kubernetes port', () => {
  const of = (name: string, more: { port?: number; transport?: string; appProtocol?: string } = {}): string =>
    kubernetesProtocol({
      port: more.port ?? 80,
      name,
      transport: more.transport,
      appProtocol: more.appProtocol,
    });

  it('stands before the first hyphen of a Kubernetes port name', () => {
    assert.deepEqual(
      ['http', 'http-web', 'grpc-web-a', 'GRPC-WEB', 'grpc', 'web', 'mysql-a'].map((name) => of(name)),
      ['HTTP', 'HTTP', 'GRPC-Web', 'GRPC-Web', 'GRPC', 'Unsupported', 'MySQL'],
    );
  });

  it('is that of appProtocol rather than that of the name', () => {
    assert.equal(of('tcp', { appProtocol: 'http' }), 'HTTP');
    assert.equal(of('tcp', { appProtocol: 'kubernetes.io/h2c' }), 'HTTP2');
    assert.equal(of('tcp', { appProtocol: 'kubernetes.io/ws' }), 'HTTP');
    assert.equal(of('tcp', { appProtocol: 'kubernetes.io/wss' }), 'HTTPS');
    assert.equal(of('http', { appProtocol: 'unheard-of' }), 'Unsupported');
  });

  it('is UDP where the transport is, whatever the name', () => {
    assert.equal(of('http', { transport: 'UDP' }), 'UDP');
  });

  it('is TCP on ports on which servers speak first, unless the name knows better', () => {
    assert.equal(of('db', { port: 3306 }), 'TCP');
    assert.equal(of('http', { port: 3306 }), 'HTTP');
  });
});
