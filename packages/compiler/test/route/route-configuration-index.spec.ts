import { strict as assert } from 'node:assert';
import type { Resource, VirtualService } from '@inmesh/model';
import {
  createRouteConfigurationIndex,
  type RouteConfigurationIndex,
} from '../../src/route/route-configuration-index.js';
import { lazyRoutes, plannedHosts, type VirtualHostPlan } from '../../src/route/virtual-host-plan.js';
import type { Scope } from '../../src/scope/scope.js';
import { resource, serviceEntry, snapshotOf, world } from './world.js';

describe('a route configuration', () => {
  const compiled: string[] = [];
  const plan = (name: string, madeOf: unknown, domains = [name]): VirtualHostPlan => ({
    name,
    domains,
    options: {},
    routes: lazyRoutes(
      () => {
        compiled.push(name);
        return [{ match: { prefix: '/' } }];
      },
      () => [madeOf],
    ),
  });
  const indexOf = (plans: VirtualHostPlan[], previous?: RouteConfigurationIndex): RouteConfigurationIndex =>
    createRouteConfigurationIndex({ name: '80' }, plannedHosts(plans), {} as Scope, previous);
  beforeEach(() => compiled.splice(0));

  it('knows all domains at once and compiles a virtual host when it is asked for', () => {
    const index = indexOf([plan('A.test', 1), plan('b.test', 1)]);
    assert.deepEqual(
      [...index.domains],
      [
        ['a.test', 'A.test'],
        ['b.test', 'b.test'],
      ],
    );
    assert.deepEqual(compiled, []);
    assert.equal(index.virtualHost('b.test'), index.virtualHost('b.test'));
    assert.equal(index.virtualHost('none'), undefined);
    assert.deepEqual(compiled, ['b.test']);
  });

  it('stays the same object while nothing that it told has changed', () => {
    const index = indexOf([plan('a.test', 1), plan('b.test', 1)]);
    index.virtualHost('a.test');
    const same = indexOf([plan('a.test', 1), plan('b.test', 2)], index);
    assert.equal(same, index);
  });

  it('keeps the virtual hosts of which nothing has changed when another has', () => {
    const index = indexOf([plan('a.test', 1), plan('b.test', 1)]);
    const [a, b] = [index.virtualHost('a.test'), index.virtualHost('b.test')];
    const next = indexOf([plan('a.test', 1), plan('b.test', 2)], index);
    assert.notEqual(next, index);
    assert.equal(next.virtualHost('a.test'), a);
    assert.notEqual(next.virtualHost('b.test'), b);
  });

  it('remembers what it inherited when it is inherited from in turn', () => {
    const plans = (b: number): VirtualHostPlan[] => [plan('a.test', 1), plan('b.test', b)];
    const first = indexOf(plans(1));
    const a = first.virtualHost('a.test');
    first.virtualHost('b.test');
    const second = indexOf(plans(2), first);
    second.virtualHost('b.test');
    const third = indexOf(plans(3), second);
    assert.equal(third.virtualHost('a.test'), a);
  });

  it('is another one when a domain comes or goes', () => {
    const index = indexOf([plan('a.test', 1)]);
    const more = [plan('a.test', 1, ['a.test', 'a'])];
    assert.notEqual(indexOf(more, index), index);
    assert.notEqual(indexOf([], index), index);
  });
});

describe('an update of the rules', () => {
  const services = ['a.test', 'b.test', 'c.test'].map((host) =>
    serviceEntry(host, [{ number: 80, protocol: 'HTTP' }]),
  );
  const rule = (host: string, status: number): Resource<'VirtualService'> => {
    const spec: VirtualService = { hosts: [host], http: [{ directResponse: { status } }] };
    return resource('VirtualService', host, spec);
  };

  it('changes the virtual host that it speaks of and leaves the others as they are', () => {
    const unchanged = rule('b.test', 200);
    const { compiler } = world([...services, rule('a.test', 200), unchanged]);
    const before = compiler.view.routeConfiguration('80');
    const [a, b, c] = ['a.test:80', 'b.test:80', 'c.test:80'].map((name) => before?.virtualHost(name));
    const changes: unknown[] = [];
    compiler.view.changes.on('changed', ({ routes }) => changes.push(routes));
    compiler.update(snapshotOf([...services, rule('a.test', 503), unchanged], 2));
    const after = compiler.view.routeConfiguration('80');
    assert.deepEqual(changes, [new Set(['80'])]);
    assert.notEqual(after?.virtualHost('a.test:80'), a);
    assert.equal(after?.virtualHost('b.test:80'), b);
    assert.equal(after?.virtualHost('c.test:80'), c);
  });

  it('that says nothing new changes nothing', () => {
    const rules = [...services, rule('a.test', 200)];
    const { compiler } = world(rules);
    const before = compiler.view.routeConfiguration('80');
    before?.virtualHost('a.test:80');
    before?.virtualHost('b.test:80');
    let changes = 0;
    compiler.view.changes.on('changed', () => changes++);
    compiler.update(snapshotOf(rules, 2));
    assert.equal(compiler.view.routeConfiguration('80'), before);
    assert.equal(changes, 0);
  });

  it('of a DestinationRule reaches the routes that hash by it', () => {
    const hash = (header: string): Resource =>
      resource('DestinationRule', 'hash', {
        host: 'a.test',
        trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: header } } },
      });
    const { compiler } = world([...services, hash('x')]);
    const header = (): string | undefined =>
      compiler.view.routeConfiguration('80')?.virtualHost('a.test:80')?.routes?.[0]?.route?.hashPolicy?.[0]
        ?.header?.headerName;
    assert.equal(header(), 'x');
    compiler.update(snapshotOf([...services, hash('y')], 2));
    assert.equal(header(), 'y');
  });
});
