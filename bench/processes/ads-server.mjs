// A control plane for one service, as small as it can be: what grpc-js-xds asks before it finds three endpoints.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const { ports } = JSON.parse(process.argv[2]);
const protos = join(dirname(fileURLToPath(import.meta.resolve('@grpc/grpc-js-xds'))), '../../deps');
const packages = loadSync(
  [
    'envoy/service/discovery/v3/ads.proto',
    'envoy/config/listener/v3/listener.proto',
    'envoy/config/route/v3/route.proto',
    'envoy/config/cluster/v3/cluster.proto',
    'envoy/config/endpoint/v3/endpoint.proto',
    'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    'envoy/extensions/filters/http/router/v3/router.proto',
  ],
  {
    keepCase: true,
    includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((dir) => join(protos, dir)),
  },
);

const cluster = 'outbound|9080||reviews.bench.test';
const any = (name, value) => ({
  type_url: `type.googleapis.com/${name}`,
  value: packages[name].serialize(value),
});
const routes = {
  name: '9080',
  virtual_hosts: [
    { name: 'reviews', domains: ['*'], routes: [{ match: { prefix: '' }, route: { cluster } }] },
  ],
};
const resources = [
  any('envoy.config.listener.v3.Listener', {
    name: 'reviews.bench.test:9080',
    api_listener: {
      api_listener: any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
        route_config: routes,
        http_filters: [
          {
            name: 'envoy.filters.http.router',
            typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}),
          },
        ],
      }),
    },
  }),
  any('envoy.config.route.v3.RouteConfiguration', routes),
  any('envoy.config.cluster.v3.Cluster', {
    name: cluster,
    type: 'EDS',
    eds_cluster_config: { eds_config: { ads: {} } },
    lb_policy: 'ROUND_ROBIN',
  }),
  any('envoy.config.endpoint.v3.ClusterLoadAssignment', {
    cluster_name: cluster,
    endpoints: [
      {
        locality: { region: 'r1', zone: 'z1' },
        load_balancing_weight: { value: 1 },
        lb_endpoints: ports.map((port) => ({
          endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
        })),
      },
    ],
  }),
];

const server = new Server();
server.addService(packages['envoy.service.discovery.v3.AggregatedDiscoveryService'], {
  StreamAggregatedResources(stream) {
    let nonce = 0;
    stream.on('data', ({ type_url, response_nonce }) => {
      if (response_nonce !== '') return; // what was sent is in force
      const wanted = resources.filter((resource) => resource.type_url === type_url);
      stream.write({ version_info: '1', type_url, nonce: String(++nonce), resources: wanted });
    });
    stream.on('end', () => stream.end());
  },
  DeltaAggregatedResources: (stream) => stream.end(),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send({ port });
});
process.on('message', () => process.send({}));
