/** The rules as they are in the n-th second: weights and endpoints differ, and every fourth time something is broken. */
export function rules(ports, n) {
  const { good, failing, resetting, slow, hanging, closed } = ports;
  const rough = [failing, resetting, slow, hanging, closed].filter((_, i) => (n + i) % 3 !== 0);
  const weight = (n * 17) % 101;
  return [
    service('rough.soak.test', [good, ...rough]),
    service('steady.soak.test', n % 2 === 0 ? [good, slow] : [good]),
    service('mirror.soak.test', [hanging, failing]),
    destination('rough.soak.test', {
      connectionPool: { tcp: { connectTimeout: '100ms' }, http: { http1MaxPendingRequests: 64 } },
      outlierDetection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '1s' },
    }),
    destination('steady.soak.test', { loadBalancer: { simple: 'ROUND_ROBIN' } }),
    destination('mirror.soak.test', { connectionPool: { http: { maxRequestsPerConnection: 50 } } }),
    routing('rough.soak.test', {
      timeout: '300ms',
      retries: { attempts: 2, perTryTimeout: '80ms', retryOn: '5xx,reset,connect-failure' },
      fault: {
        delay: { fixedDelay: '10ms', percentage: { value: 2 } },
        abort: { httpStatus: 500, percentage: { value: 1 } },
      },
      route: [{ destination: { host: 'rough.soak.test' } }],
    }),
    routing('steady.soak.test', {
      timeout: '1s',
      mirror: { host: 'mirror.soak.test' },
      mirrorPercentage: { value: 30 },
      route: [
        { destination: { host: 'steady.soak.test' }, weight },
        // Broken rules come and go, and their last good version stays in force.
        { destination: { host: 'rough.soak.test' }, weight: n % 4 === 3 ? -5 : 100 - weight },
      ],
    }),
  ];
}

const networking = (kind, host, spec) => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: host.replaceAll('.', '-'), namespace: 'soak' },
  spec,
});

function service(host, ports) {
  return networking('ServiceEntry', host, {
    hosts: [host],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    endpoints: ports.map((port) => ({ address: '127.0.0.1', ports: { http: port } })),
  });
}

const destination = (host, trafficPolicy) => networking('DestinationRule', host, { host, trafficPolicy });
const routing = (host, http) => networking('VirtualService', host, { hosts: [host], http: [http] });
