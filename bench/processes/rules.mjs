/**
 * Every feature on: three endpoints, header and prefix matches before the rule that applies, weights, header
 * operations, timeout, retries, circuit breaker and outlier detection, among 200 other services.
 */
export function rules(ports, { protocol = 'HTTP', prefix = '/reviews' } = {}) {
  const endpoints = ports.map(
    (port) => `    - { address: 127.0.0.1, ports: { http: ${port} }, labels: { version: v1 } }`,
  );
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews, namespace: app }
spec:
    hosts: [reviews.bench.test]
    location: MESH_INTERNAL
    resolution: STATIC
    ports: [{ number: 9080, name: http, protocol: ${protocol} }]
    endpoints:
${endpoints.join('\n')}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: app }
spec:
    host: reviews.bench.test
    trafficPolicy:
        connectionPool: { tcp: { maxConnections: 1000 }, http: { http1MaxPendingRequests: 1000 } }
        outlierDetection: { consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s }
    subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v1 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: app }
spec:
    hosts: [reviews.bench.test]
    http:
    - match: [{ headers: { end-user: { exact: jason } } }]
      route: [{ destination: { host: reviews.bench.test, subset: v2 } }]
    - match: [{ uri: { prefix: /admin } }]
      route: [{ destination: { host: reviews.bench.test, subset: v2 } }]
    - match: [{ uri: { prefix: ${prefix} } }]
      headers: { request: { set: { x-route: main } }, response: { add: { x-served-by: mesh } } }
      timeout: 5s
      retries: { attempts: 2, perTryTimeout: 2s, retryOn: "5xx,connect-failure" }
      route:
      - { destination: { host: reviews.bench.test, subset: v1 }, weight: 75 }
      - { destination: { host: reviews.bench.test, subset: v2 }, weight: 25 }
${Array.from({ length: 200 }, (_, i) => other(i)).join('')}`;
}

const other = (i) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: other-${i}, namespace: app }
spec:
    hosts: [other-${i}.bench.test]
    location: MESH_INTERNAL
    resolution: STATIC
    ports: [{ number: 9080, name: http, protocol: HTTP }]
    endpoints: [{ address: 127.0.0.1 }]
`;
