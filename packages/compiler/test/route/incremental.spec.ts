import { strict as assert } from 'node:assert';
import type { Resource } from '@inmesh/model';
import fc from 'fast-check';
import { resource, serviceEntry, snapshotOf, world } from './world.js';

/** What may be said about one name: nothing, or a version of it. */
interface Step {
  readonly kind: 'rule' | 'service' | 'hash' | 'sidecar';
  readonly name: number;
  readonly version: number | undefined;
}

const hosts = ['a.shop.test', 'b.shop.test', '*.shop.test', 'strange.test'];

function make({ kind, name, version = 0 }: Step): Resource {
  const host = hosts[name] ?? '';
  switch (kind) {
    case 'rule':
      return resource(
        'VirtualService',
        `rule-${name}`,
        {
          hosts: version % 4 === 3 ? [host, hosts[0] ?? ''] : [host],
          http: [
            {
              match: [{ uri: { prefix: `/${version}` }, ...(version % 3 === 2 && { port: 81 }) }],
              route: [{ destination: { host: hosts[version % 2] ?? '' } }],
            },
          ],
        },
        { created: version % 5 === 4 ? 1 : 1000 },
      );
    case 'hash':
      return resource('DestinationRule', `hash-${name}`, {
        host,
        trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: `x-${version}` } } },
      });
    case 'sidecar':
      return resource('Sidecar', 'default', {
        egress: [{ hosts: version % 2 === 0 ? ['*/*'] : ['./a.shop.test'] }],
        outboundTrafficPolicy: { mode: version % 3 === 0 ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
      });
    case 'service': {
      const protocol = version % 3 === 2 ? 'TCP' : 'HTTP';
      return serviceEntry(host, [{ number: version % 4 === 3 ? 81 : 80, protocol }], {
        name: `service-${name}`,
        ...(version % 2 === 1 && { addresses: ['10.5.0.1'] }),
      });
    }
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>('rule', 'rule', 'service', 'hash', 'sidecar'),
    name: fc.nat({ max: hosts.length - 1 }),
    version: fc.option(fc.nat({ max: 11 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('routes after any sequence of changes', () => {
  it('always equal those that are compiled from nothing', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const current = new Map<string, Resource>();
        const { compiler, routes } = world([]);
        for (const [i, step] of sequence.entries()) {
          const key = `${step.kind} ${step.kind === 'sidecar' ? '' : step.name}`;
          if (step.version === undefined) current.delete(key);
          else current.set(key, make(step));
          compiler.update(snapshotOf([...current.values()], i + 2));
          for (const name of ['80', '81'])
            assert.deepEqual(routes(name), world([...current.values()]).routes(name));
          const fresh = world([...current.values()]).compiler;
          assert.deepEqual(compiler.view.listener('0.0.0.0', 80), fresh.view.listener('0.0.0.0', 80));
        }
      }),
      { numRuns: 150 },
    );
  }).timeout(60_000);
});
