import { compareVariants } from '../lib/compare.mjs';
import { start } from '../lib/processes.mjs';

/** What a unary call of gRPC costs the calling process, against clients without a mesh and with another one. */
export const grpcSuite = {
  name: 'grpc',
  /** [id, variant, baseline] */
  ratios: [
    ['A/A', 'grpc-js again', 'grpc-js'],
    ['P16', 'meshInterceptor', 'grpc-js'],
    ['P16 xds', 'meshInterceptor', 'grpc-js-xds'],
    ['P16 channel', 'mesh.grpcChannel', 'grpc-js'],
  ],
  metric: 'cpu_us_per_req',
  /** Answers, for each fork, variant → CPU in microseconds a call. */
  async measure({ quick, forks, rounds, progress }) {
    const server = await start('grpc-server', 1);
    const { ports } = server.ready;
    const ads = await start('ads-server', 1, { ports });
    try {
      return await compareVariants({
        variants: names.map((name) => ({ name, ports, process: 'grpc-client', adsPort: ads.ready.port })),
        concurrency: 16,
        forks: forks ?? (quick ? 2 : 6),
        rounds: rounds ?? (quick ? 3 : 6),
        requests: () => 1000,
        warmUp: quick ? 1500 : 4000,
        progress,
      });
    } finally {
      await ads.stop();
      await server.stop();
    }
  },
};

const names = ['grpc-js', 'grpc-js again', 'meshInterceptor', 'mesh.grpcChannel', 'grpc-js-xds'];
