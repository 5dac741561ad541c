import { strict as assert } from 'node:assert';
import type { HTTPRoute, Route, VirtualService } from '@inmesh/model';
import { resource, serviceEntry, type WorldOptions, world } from './world.js';

describe('the routes of a VirtualService', () => {
  const services = ['a.test', 'b.test', 'c.test'].map((host) =>
    serviceEntry(host, [{ number: 8080, protocol: 'HTTP' }]),
  );
  const routesOf = (http: HTTPRoute[], options?: WorldOptions): Route[] => {
    const spec: VirtualService = { hosts: ['a.test'], http };
    return (
      world([...services, resource('VirtualService', 'rules', spec)], options).virtualHost(
        '8080',
        'a.test:8080',
      )?.routes ?? []
    );
  };
  const to = (...hosts: string[]): NonNullable<HTTPRoute['route']> =>
    hosts.map((host) => ({ destination: { host }, ...(hosts.length > 1 && { weight: 1 }) }));

  it('stand in the order of the rules, one for each match', () => {
    const routes = routesOf([
      { match: [{ uri: { exact: '/1' } }, { uri: { exact: '/2' } }], route: to('b.test') },
      { match: [{ uri: { exact: '/3' } }], route: to('c.test') },
    ]);
    assert.deepEqual(
      routes.map(({ match }) => match.path),
      ['/1', '/2', '/3'],
    );
  });

  it('end at the first that answers everything, be it a rule without match or one match of several', () => {
    assert.equal(routesOf([{ route: to('b.test') }, { match: [{}], route: to('c.test') }]).length, 1);
    const among = routesOf([
      { match: [{ uri: { prefix: '/' } }, { headers: { x: {} } }], route: to('b.test') },
      { match: [{ uri: { exact: '/z' } }], route: to('c.test') },
    ]);
    assert.equal(among.length, 1);
  });

  it('leave out matches whose port, labels or namespace say no', () => {
    const routes = routesOf(
      [
        { match: [{ port: 80 }], route: to('b.test') },
        { match: [{ sourceLabels: { app: 'other' } }], route: to('b.test') },
        { match: [{ sourceNamespace: 'other' }], route: to('b.test') },
        { name: 'kept', match: [{ sourceLabels: { app: 'web' }, port: 8080 }], route: to('b.test') },
      ],
      { workload: { labels: { app: 'web', version: 'v1' } } },
    );
    assert.deepEqual(
      routes.map(({ name }) => name),
      ['kept'],
    );
  });

  it('ask a match that names gateways for nothing else about the source', () => {
    const match = [{ gateways: ['mesh'], sourceLabels: { app: 'other' }, sourceNamespace: 'other' }];
    assert.equal(routesOf([{ match, route: to('b.test') }])[0]?.route?.cluster, 'outbound|8080||b.test');
    assert.equal(
      routesOf([{ match: [{ gateways: ['app/edge'] }], redirect: { uri: '/' } }])[0]?.redirect,
      undefined,
    );
  });

  it('leave the service its own route where no rule holds on the port', () => {
    const [route] = routesOf([{ match: [{ port: 80 }], route: to('b.test') }]);
    assert.equal(route?.name, 'default');
    assert.equal(route?.route?.cluster, 'outbound|8080||a.test');
  });

  it('are named after rule and match', () => {
    const names = routesOf([
      { name: 'r', match: [{ name: 'm', uri: { exact: '/1' } }], route: to('b.test') },
      { match: [{ name: 'm', uri: { exact: '/2' } }], route: to('b.test') },
      { name: 'r', match: [{ uri: { exact: '/3' } }], route: to('b.test') },
      { match: [{ uri: { exact: '/4' } }], route: to('b.test') },
    ]).map(({ name }) => name);
    assert.deepEqual(names, ['r.m', '.m', 'r', undefined]);
  });

  it('prefer a redirect to a direct response, and that to destinations', () => {
    const [redirected] = routesOf([
      { redirect: { uri: '/x' }, directResponse: { status: 200 }, route: to('b.test') },
    ]);
    assert.ok(redirected?.redirect);
    assert.equal(redirected?.directResponse ?? redirected?.route, undefined);
    const [answered] = routesOf([{ directResponse: { status: 200 }, route: to('b.test') }]);
    assert.deepEqual(answered?.directResponse, { status: 200 });
  });

  it('have no limit of time unless the rule sets one', () => {
    assert.equal(routesOf([{ route: to('b.test') }])[0]?.route?.timeout, '0s');
    const action = routesOf([{ timeout: '1m', route: to('b.test') }])[0]?.route;
    assert.equal(action?.timeout, '60s');
    assert.equal(action?.maxGrpcTimeout, '60s');
  });

  it('ignore the weight of an only destination and drop destinations of weight 0', () => {
    assert.equal(
      routesOf([{ route: [{ destination: { host: 'b.test' }, weight: 0 }] }])[0]?.route?.cluster,
      'outbound|8080||b.test',
    );
    const [route] = routesOf([
      { route: [{ destination: { host: 'b.test' } }, { destination: { host: 'c.test' }, weight: 3 }] },
    ]);
    assert.deepEqual(route?.route?.weightedClusters?.clusters, [
      { name: 'outbound|8080||c.test', weight: 3 },
    ]);
  });

  it('give an only destination’s headers the last word, and keep those of several beside their clusters', () => {
    const set = (x: string) => ({ request: { set: { x } } });
    const [single] = routesOf([
      { headers: set('rule'), route: [{ destination: { host: 'b.test' }, headers: set('destination') }] },
    ]);
    assert.deepEqual(
      single?.requestHeadersToAdd?.map(({ header }) => header?.value),
      ['rule', 'destination'],
    );
    const [split] = routesOf([
      {
        headers: set('rule'),
        route: to('b.test', 'c.test').map((one) => ({ ...one, headers: set('destination') })),
      },
    ]);
    assert.deepEqual(
      split?.requestHeadersToAdd?.map(({ header }) => header?.value),
      ['rule'],
    );
    const [first] = split?.route?.weightedClusters?.clusters ?? [];
    assert.equal(first?.requestHeadersToAdd?.[0]?.header?.value, 'destination');
  });

  it('take the host from the rewrite, else from the rule’s headers, else from the destination’s', () => {
    const host = (value: string) => ({ request: { set: { host: value } } });
    const rewritten = (rule: HTTPRoute): string | undefined => routesOf([rule])[0]?.route?.hostRewriteLiteral;
    const route = [{ destination: { host: 'b.test' }, headers: host('destination') }];
    assert.equal(rewritten({ rewrite: { authority: 'rewrite' }, headers: host('rule'), route }), 'rewrite');
    assert.equal(rewritten({ headers: host('rule'), route }), 'rule');
    assert.equal(rewritten({ route }), 'destination');
  });

  it('prefer a pattern to a prefix when both would rewrite', () => {
    const [route] = routesOf([
      { rewrite: { uri: '/b', uriRegexRewrite: { match: 'a', rewrite: '\\1' } }, route: to('b.test') },
    ]);
    assert.deepEqual(route?.route?.regexRewrite, { pattern: { regex: 'a' }, substitution: '\\1' });
    assert.equal(route?.route?.prefixRewrite, undefined);
  });

  it('copy all requests to a mirror unless it names a share, and none for a share of 0', () => {
    const mirrors = (rule: HTTPRoute) =>
      routesOf([{ ...rule, route: to('b.test') }])[0]?.route?.requestMirrorPolicies?.map(
        ({ runtimeFraction }) => runtimeFraction?.defaultValue,
      );
    const mirror = { host: 'c.test' };
    assert.deepEqual(mirrors({ mirror }), [{ numerator: 100 }]);
    assert.deepEqual(mirrors({ mirror, mirrorPercent: 5 }), [{ numerator: 5 }]);
    assert.deepEqual(mirrors({ mirror, mirrorPercent: 5, mirrorPercentage: { value: 7 } }), [
      { numerator: 70_000, denominator: 'MILLION' },
    ]);
    assert.equal(mirrors({ mirror, mirrorPercentage: { value: 0 } }), undefined);
    assert.equal(mirrors({ mirror, mirrorPercent: 0 }), undefined);
    assert.equal(
      mirrors({ mirror, mirrors: [{ destination: mirror }, { destination: mirror, percentage: {} }] })
        ?.length,
      2,
    );
  });

  it('say which rule of which object they come from', () => {
    const [route] = routesOf([{ match: [{ uri: { exact: '/' } }], route: to('b.test') }]);
    assert.deepEqual(route?.metadata?.filterMetadata?.inmesh, {
      resource: 'VirtualService/app/rules',
      source: 'mesh.yaml',
      line: 7,
      path: 'spec.http[0].match[0]',
    });
  });

  it('behind a delegate name the rule of the delegate', () => {
    const root: VirtualService = {
      hosts: ['a.test'],
      http: [{ match: [{ uri: { prefix: '/p' } }], delegate: { name: 'leaf' } }],
    };
    const leaf: VirtualService = { http: [{ directResponse: { status: 200 } }, { route: to('b.test') }] };
    const [first, second] =
      world([
        ...services,
        resource('VirtualService', 'root', root),
        resource('VirtualService', 'leaf', leaf),
      ]).virtualHost('8080', 'a.test:8080')?.routes ?? [];
    const origin = first?.metadata?.filterMetadata?.inmesh;
    assert.equal(origin?.resource, 'VirtualService/app/leaf');
    assert.equal(origin?.path, 'spec.http[0]');
    assert.equal(second?.match.prefix, '/p');
    assert.equal(
      first?.metadata?.filterMetadata?.istio?.config,
      '/apis/networking.istio.io/v1/namespaces/app/virtual-service/root',
    );
  });

  it('retry as the mesh says where the rule says nothing', () => {
    const mesh = { defaultHttpRetryPolicy: { attempts: 7 } };
    const retries = (rule: HTTPRoute): number | undefined =>
      routesOf([{ ...rule, route: to('b.test') }], { mesh })[0]?.route?.retryPolicy?.numRetries;
    assert.equal(retries({}), 7);
    assert.equal(retries({ retries: { attempts: 1 } }), 1);
    assert.equal(retries({ retries: { attempts: 0 } }), undefined);
  });
});
