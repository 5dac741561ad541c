// One variant of a gRPC client, as ./client.mjs is one of an HTTP client.
import { answerWith } from '../lib/client-loop.mjs';
import { grpcVariants } from './grpc-variants.mjs';

const { variant, ports, adsPort } = JSON.parse(process.argv[2]);
answerWith(await grpcVariants[variant](ports, { adsPort }));
