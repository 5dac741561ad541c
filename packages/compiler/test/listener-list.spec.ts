import { strict as assert } from 'node:assert';
import type { ViewChange } from '../src/index.js';
import { mesh } from './mesh.js';

const gateway = (port: number, host = 'shop.test', name = `on-${port}`): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: app}
spec:
  selector: {app: edge}
  servers:
  - {port: {number: ${port}, name: http, protocol: HTTP}, hosts: [${host}]}
---`;
const edge = { workload: { type: 'router', labels: { app: 'edge' } } } as const;

describe('list of listeners', () => {
  it('has the very objects that the view answers with by bind', () => {
    const { view } = mesh(gateway(80) + gateway(81), edge).compiler;
    assert.deepEqual(
      view.listeners().map(({ name }) => name),
      ['0.0.0.0_80', '0.0.0.0_81'],
    );
    assert.equal(view.listeners()[1], view.listener('0.0.0.0', 81));
  });

  it('tells of a listener that comes and of one that goes, and of nothing else', () => {
    const { compiler, update } = mesh(gateway(80), edge);
    const before = compiler.view.listeners();
    const changes: ViewChange[] = [];
    compiler.view.changes.on('changed', (change) => changes.push(change));

    update(gateway(80) + gateway(81));
    assert.equal(changes.at(-1)?.listeners, true);
    assert.equal(compiler.view.listeners().length, 2);
    assert.equal(compiler.view.listeners()[0], before[0], 'who stays is the same object');

    update(gateway(81));
    assert.deepEqual(
      compiler.view.listeners().map(({ name }) => name),
      ['0.0.0.0_81'],
    );
    assert.equal(changes.length, 2);

    update(gateway(81, 'other.test'));
    assert.equal(changes.filter(({ listeners }) => listeners).length, 2, 'hosts are the routes’ affair');
  });
});
