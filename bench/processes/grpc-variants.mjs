// How each client makes one unary call: three pieces of metadata, a message of 100 bytes, the same back.
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { echo } from './grpc-echo.mjs';
import { rules } from './rules.mjs';

const { path, requestSerialize, responseDeserialize } = echo.Say;
const message = Buffer.alloc(100, 'a');
const target = 'reviews.bench.test:9080';

/** Name → (ports) → a function that makes one call. Plain clients spread over the same three servers as the mesh. */
export const grpcVariants = {
  'grpc-js': plain,
  'grpc-js again': plain,
  async meshInterceptor(ports) {
    const { meshInterceptor } = await import('inmesh/grpc');
    const mesh = await createBenchMesh(ports);
    return caller([
      new Client(target, credentials.createInsecure(), { interceptors: [meshInterceptor(mesh)] }),
    ]);
  },
  async 'mesh.grpcChannel'(ports) {
    const mesh = await createBenchMesh(ports);
    return caller([
      new Client(target, credentials.createInsecure(), { channelOverride: mesh.grpcChannel(target) }),
    ]);
  },
  async 'grpc-js-xds'(_ports, { adsPort }) {
    process.env.GRPC_XDS_BOOTSTRAP_CONFIG = JSON.stringify({
      xds_servers: [
        {
          server_uri: `127.0.0.1:${adsPort}`,
          channel_creds: [{ type: 'insecure' }],
          server_features: ['xds_v3'],
        },
      ],
      node: { id: 'bench', locality: { region: 'r1', zone: 'z1' } },
    });
    const { register } = await import('@grpc/grpc-js-xds');
    register();
    return caller([new Client(`xds:///${target}`, credentials.createInsecure())]);
  },
};

async function plain(ports) {
  return caller(ports.map((port) => new Client(`127.0.0.1:${port}`, credentials.createInsecure())));
}

async function createBenchMesh(ports) {
  const { createMesh } = await import('inmesh');
  return createMesh({
    config: { yaml: rules(ports, { protocol: 'GRPC', prefix: '/bench.Echo' }) },
    workload: { namespace: 'app', labels: { app: 'web' } },
    accessLog: () => {
      finished[0] += 1;
    },
  });
}

/** What the access log of the mesh writes to: every feature is on. */
const finished = new Float64Array(1);

function caller(clients) {
  let next = 0;
  return () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', 'acme');
    metadata.set('x-request-class', 'gold');
    metadata.set('x-region', 'north');
    const client = clients[next++ % clients.length];
    return new Promise((resolve, reject) =>
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        message,
        metadata,
        (error, answer) => (error ? reject(error) : resolve(answer)),
      ),
    );
  };
}
