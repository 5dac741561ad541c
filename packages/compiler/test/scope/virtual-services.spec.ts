import { strict as assert } from 'node:assert';
import { finish, type HTTPRoute, listDifference, type Resource, type VirtualService } from '@inmesh/model';
import { VirtualServiceIndex, type VirtualServices } from '../../src/scope/virtual-services.js';
import { readResources, snapshotOf } from '../mesh.js';

/** Rules followed over one snapshot after the other. */
function index(...texts: readonly string[]): VirtualServices {
  const built = new VirtualServiceIndex({}, 'cluster.local');
  let before: readonly Resource<'VirtualService'>[] = [];
  for (const text of texts) {
    // What did not change in the text stays the same object, as a store would have it.
    const resources = readResources(text).map(
      (one) => before.find((old) => sameText(old, one)) ?? one,
    ) as Resource<'VirtualService'>[];
    const snapshot = snapshotOf(resources);
    finish(built.following(snapshot, listDifference(before, snapshot.list('VirtualService'))));
    before = snapshot.list('VirtualService');
  }
  return built.current;
}

function sameText({ origin: _, ...a }: Resource, { origin: __, ...b }: Resource): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function specs(services: VirtualServices, gateway = 'mesh', namespace = 'app'): readonly VirtualService[] {
  return services.of(gateway, namespace).map(({ spec }) => spec);
}

const rule = (name: string, spec: string, namespace = 'app'): string =>
  `\nkind: VirtualService\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n---`;

describe('the names in a VirtualService', () => {
  const [resolved] = specs(
    index(
      rule(
        'v',
        `hosts: [a, a.other, "*", 10.0.0.1], gateways: [mesh, gw, ./own, ns/gw, gw.ns, gw.ns.svc.cluster.local],
         http: [{match: [{gateways: [gw]}], route: [{destination: {host: b}}], mirror: {host: c}, mirrors: [{destination: {host: d}}]}],
         tcp: [{route: [{destination: {host: e}}]}], tls: [{match: [{sniHosts: [x], gateways: [./gw]}], route: [{destination: {host: f.g}}]}]`,
      ),
    ),
  );

  it('are completed with its own namespace where they are short', () => {
    assert.deepEqual(resolved?.hosts, ['a.app.svc.cluster.local', 'a.other', '*', '10.0.0.1']);
    const [http] = resolved?.http ?? [];
    const hosts = [http?.route?.[0]?.destination, http?.mirror, http?.mirrors?.[0]?.destination];
    assert.deepEqual(
      [
        ...hosts,
        resolved?.tcp?.[0]?.route?.[0]?.destination,
        resolved?.tls?.[0]?.route?.[0]?.destination,
      ].map((destination) => destination?.host),
      ['b', 'c', 'd', 'e'].map((name) => `${name}.app.svc.cluster.local`).concat('f.g'),
    );
  });

  it('of gateways become namespace and name, in all the forms that there ever were', () => {
    assert.deepEqual(resolved?.gateways, ['mesh', 'app/gw', 'app/own', 'ns/gw', 'ns/gw', 'ns/gw']);
    assert.deepEqual(resolved?.http?.[0]?.match?.[0]?.gateways, ['app/gw']);
    assert.deepEqual(resolved?.tls?.[0]?.match?.[0]?.gateways, ['app/gw']);
  });
});

describe('the VirtualServices of a gateway', () => {
  const hosts = (services: VirtualServices, gateway?: string, namespace?: string): string[] =>
    specs(services, gateway, namespace).flatMap((spec) => spec.hosts ?? []);

  it('are first the private ones, then those exported by name, then the public', () => {
    const services = index(
      rule('a', 'hosts: [public.test]') +
        rule('b', 'hosts: [exported.test], exportTo: [app]', 'other') +
        rule('c', 'hosts: [private.test], exportTo: ["."]') +
        rule('d', 'hosts: [theirs.test], exportTo: ["."]', 'other') +
        rule('e', 'hosts: [nobodys.test], exportTo: ["~"]'),
    );
    assert.deepEqual(hosts(services), ['private.test', 'exported.test', 'public.test']);
    assert.deepEqual(hosts(services, 'mesh', 'other'), ['theirs.test', 'public.test']);
  });

  it('are for sidecars unless gateways are named', () => {
    const services = index(
      rule('a', 'hosts: [a.test]') +
        rule('b', 'hosts: [b.test], gateways: [gw]') +
        rule('c', 'hosts: [c.test], gateways: [gw, mesh]'),
    );
    assert.deepEqual(hosts(services), ['a.test', 'c.test']);
    assert.deepEqual(hosts(services, 'app/gw'), ['b.test', 'c.test']);
  });

  it('move with what a change says about them', () => {
    const services = index(
      rule('a', 'hosts: [a.test]') + rule('b', 'hosts: [b.test]'),
      rule('a', 'hosts: [a.test], gateways: [gw]') + rule('b', 'hosts: [b.test], exportTo: ["."]'),
      rule('b', 'hosts: [b.test], exportTo: ["."]') + rule('0', 'hosts: [first.test]'),
    );
    assert.deepEqual([hosts(services), hosts(services, 'app/gw')], [['b.test', 'first.test'], []]);
  });
});

describe('a VirtualService that delegates', () => {
  const merged = (root: string, leaf: string): readonly HTTPRoute[] => {
    const services = index(
      rule('root', `hosts: [a.test], http: [${root}]`) + rule('leaf', `http: [${leaf}]`),
    );
    return specs(services)[0]?.http ?? [];
  };
  const to = (name: string): string => `route: [{destination: {host: ${name}.test}}]`;
  const names = (routes: readonly HTTPRoute[]): unknown[] => routes.map(({ name }) => name);

  it('has the routes of the delegate in the place of its own', () => {
    const services = index(
      rule(
        'root',
        `hosts: [a.test], http: [{name: a, ${to('a')}}, {name: r, delegate: {name: leaf}}, {name: z, ${to('z')}}]`,
      ) + rule('leaf', `http: [{name: x, ${to('x')}}, {${to('y')}}]`),
    );
    const [virtualService] = services.of('mesh', 'app');
    assert.deepEqual(names(virtualService?.spec.http ?? []), ['a', 'r-x', 'r', 'z']);
    assert.deepEqual(
      virtualService?.routeOrigins.map(({ resource, index: at }) => `${resource.name} ${at}`),
      ['root 0', 'leaf 0', 'leaf 1', 'root 2'],
    );
    assert.deepEqual(services.of('mesh', 'app').length, 1, 'the delegate says nothing by itself');
  });

  it('loses a route whose delegate is missing, may not be seen, or is no delegate', () => {
    const root = rule(
      'root',
      `hosts: [a.test], http: [{delegate: {name: leaf, namespace: other}}, {name: z, ${to('z')}}]`,
    );
    const leaf = (more: string): string => rule('leaf', `http: [{${to('x')}}]${more}`, 'other');
    const count = (text: string): number | undefined => specs(index(root + text))[0]?.http?.length;
    assert.equal(count(''), 1);
    assert.equal(count(leaf(', exportTo: ["."]')), 1);
    assert.equal(count(leaf(', hosts: [b.test]')), 1);
    assert.equal(count(leaf(', exportTo: [app]')), 2);
    assert.equal(count(leaf('')), 2);
  });

  it('follows its delegate through changes', () => {
    const root = rule('root', 'hosts: [a.test], http: [{delegate: {name: leaf}}]');
    const leaf = (name: string): string => rule('leaf', `http: [{name: ${name}, ${to('x')}}]`);
    const after = (...texts: string[]): unknown[] => names(specs(index(...texts))[0]?.http ?? []);
    assert.deepEqual(after(root, root + leaf('x')), ['x']);
    assert.deepEqual(after(root + leaf('x'), root + leaf('y')), ['y']);
    assert.deepEqual(after(root + leaf('x'), root), []);
  });

  it('lends what the delegate does not say, and never its own destination', () => {
    const [route] = merged(
      `{timeout: 3s, retries: {attempts: 1}, headers: {request: {set: {a: root}}}, delegate: {name: leaf}}`,
      `{retries: {attempts: 5}, ${to('x')}}`,
    );
    assert.deepEqual([route?.timeout, route?.retries, route?.delegate], ['3s', { attempts: 5 }, undefined]);
    assert.deepEqual(route?.headers, { request: { set: { a: 'root' } } });
  });

  it('narrows conditions: each of the delegate with each of the root that it fits', () => {
    const [route] = merged(
      '{match: [{uri: {prefix: /p}, headers: {a: {exact: "1"}}}, {uri: {prefix: /q}}], delegate: {name: leaf}}',
      `{match: [{uri: {prefix: /p/x}, headers: {b: {exact: "2"}}}], ${to('x')}}`,
    );
    assert.deepEqual(
      route?.match?.map((match) => JSON.parse(JSON.stringify(match))),
      [{ uri: { prefix: '/p/x' }, headers: { a: { exact: '1' }, b: { exact: '2' } } }],
    );
  });

  it('drops a route of the delegate whose conditions contradict its own', () => {
    const survives = (root: string, leaf: string): boolean =>
      merged(`{match: [{${root}}], delegate: {name: leaf}}`, `{match: [{${leaf}}], ${to('x')}}`).length === 1;
    assert.equal(survives('uri: {prefix: /p}', 'uri: {exact: /p/x}'), true);
    assert.equal(survives('uri: {prefix: /p}', 'uri: {prefix: /q}'), false);
    assert.equal(survives('uri: {exact: /p}', 'uri: {prefix: /p}'), false);
    assert.equal(
      survives('uri: {regex: "/a.*"}', 'uri: {regex: "/a.*"}'),
      false,
      'of expressions nobody can tell',
    );
    assert.equal(survives('uri: {prefix: /p}, ignoreUriCase: true', 'uri: {prefix: /p}'), false);
    assert.equal(survives('method: {exact: GET}', 'uri: {prefix: /p}'), true);
    assert.equal(survives('port: 80', 'port: 81'), false);
    assert.equal(survives('sourceNamespace: app', 'uri: {prefix: /p}'), false);
    assert.equal(survives('sourceLabels: {a: "1"}', 'sourceLabels: {b: "2"}'), true);
    assert.equal(survives('sourceLabels: {a: "1"}', 'sourceLabels: {a: "2"}'), false);
    assert.equal(survives('gateways: [gw]', 'gateways: [gw, other]'), false);
    assert.equal(survives('headers: {a: {exact: "1"}}', 'headers: {a: {exact: "2"}}'), false);
    assert.equal(survives('gateways: [gw]', 'gateways: [gw, gw]'), false);
    const asked = ['{}', '{exact: ""}', '{prefix: ""}'];
    for (const text of asked) {
      const condition = `headers: {a: ${text}}`;
      assert.equal(survives(condition, condition), false, `${text} of the root lets no other beside it`);
      assert.equal(survives(condition, 'headers: {b: {}}'), true);
    }
  });

  it('gives its conditions to a route of the delegate that has none', () => {
    const [route] = merged('{match: [{sourceNamespace: app}], delegate: {name: leaf}}', `{${to('x')}}`);
    assert.deepEqual(route?.match, [{ sourceNamespace: 'app' }]);
  });
});
