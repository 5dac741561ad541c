import { strict as assert } from 'node:assert';
import { closeAll, get, meshOf, policy, service, tally, upstream } from './support.js';

/** Where services come from, and how their endpoints are chosen where no rule says it. */
describe('rules in force: the registry', () => {
  afterEach(closeAll);

  it('reaches the endpoints of a ServiceEntry', async () => {
    const reviews = await upstream('reviews');
    const mesh = await meshOf(service('reviews.test', [reviews]));
    const { name, authority, path } = await get(mesh, 'http://reviews.test/a?b=c');
    assert.deepEqual([name, authority, path], ['reviews', 'reviews.test', '/a?b=c']);
  });

  it('resolves DNS services by the function that it is lent', async () => {
    const external = await upstream('external');
    const asked: string[] = [];
    const mesh = await meshOf(
      `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 80, name: http, protocol: HTTP}]
`,
      {
        async resolve(name) {
          asked.push(name);
          return [{ address: '127.0.0.1', port: external.port, ttlMs: 60_000 }];
        },
      },
    );
    assert.equal((await get(mesh, 'http://api.example.com/')).name, 'external');
    await get(mesh, 'http://api.example.com/');
    assert.deepEqual(asked, ['api.example.com']);
  });

  it('asks for the address of a service without resolution, and sends there', async () => {
    const original = await upstream('original');
    const mesh = await meshOf(
      `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: legacy, namespace: shop}
spec:
  hosts: [legacy.test]
  resolution: NONE
  ports: [{number: 80, name: http, protocol: HTTP}]
`,
      { lookup: async () => ({ address: '127.0.0.1', port: original.port }) },
    );
    assert.equal((await get(mesh, 'http://legacy.test/')).name, 'original');
  });

  it('passes unknown hosts through, to where their name leads', async () => {
    const stranger = await upstream('stranger');
    const mesh = await meshOf(service('known.test', []), {
      lookup: async () => ({ address: '127.0.0.1', port: stranger.port }),
    });
    assert.equal((await get(mesh, 'http://stranger.test/')).name, 'stranger');
  });

  it('refuses unknown hosts under REGISTRY_ONLY, without asking for their address', async () => {
    const mesh = await meshOf(service('known.test', []), {
      meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
      lookup: () => assert.fail('a name was looked up'),
    });
    assert.equal((await get(mesh, 'http://stranger.test/')).status, 502);
  });

  it('reads Kubernetes Services and their slices', async () => {
    const pod = await upstream('pod');
    const mesh = await meshOf(`
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  clusterIP: 10.96.0.10
  selector: {app: reviews}
  ports: [{name: http, port: 9080, targetPort: ${pod.port}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: reviews-1, namespace: shop, labels: {kubernetes.io/service-name: reviews}}
addressType: IPv4
endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
ports: [{name: http, port: ${pod.port}, protocol: TCP}]
`);
    for (const host of ['reviews', 'reviews.shop', 'reviews.shop.svc.cluster.local'])
      assert.equal((await get(mesh, `http://${host}:9080/`)).name, 'pod', host);
  });

  it('answers 503 UH where a service has no endpoint', async () => {
    const mesh = await meshOf(service('empty.test', []));
    const { status, response } = await get(mesh, 'http://empty.test/');
    assert.deepEqual([status, response.headers.get('x-inmesh-flags')], [503, 'UH']);
  });

  describe('without a policy', () => {
    const threeOf = () => Promise.all(['a', 'b', 'c'].map((name) => upstream(name)));

    it('spreads by least request, so that all endpoints get some', async () => {
      const all = await threeOf();
      const mesh = await meshOf(service('reviews.test', all));
      const counts = await tally(mesh, 'http://reviews.test/', 60);
      assert.deepEqual(Object.keys(counts).sort(), ['a', 'b', 'c']);
    });

    it('takes turns where the mesh says ROUND_ROBIN', async () => {
      const all = await threeOf();
      const mesh = await meshOf(service('reviews.test', all), { defaultLoadBalancer: 'ROUND_ROBIN' });
      assert.deepEqual(await tally(mesh, 'http://reviews.test/', 9), { a: 3, b: 3, c: 3 });
    });
  });

  it('takes turns where the rule says ROUND_ROBIN, by weight where endpoints have one', async () => {
    const all = [await upstream('light'), await upstream('heavy')];
    const mesh = await meshOf(
      service('reviews.test', all, { weights: [1, 3] }) +
        policy('reviews.test', 'trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}'),
    );
    const { light = 0 } = await tally(mesh, 'http://reviews.test/', 40);
    assert.ok(Math.abs(light - 10) <= 1, `${light} of 40 where 10 are expected`);
  });

  it('draws lots where the rule says RANDOM', async () => {
    const all = [await upstream('a'), await upstream('b')];
    const draws = [0.1, 0.9];
    let draw = 0;
    const mesh = await meshOf(
      service('reviews.test', all) +
        policy('reviews.test', 'trafficPolicy: {loadBalancer: {simple: RANDOM}}'),
      { random: () => draws[draw++ % 2] ?? 0 },
    );
    const counts = await tally(mesh, 'http://reviews.test/', 20);
    assert.equal((counts.a ?? 0) + (counts.b ?? 0), 20);
  });
});
