// Carrying gRPC: clients of @grpc/grpc-js in front, the mesh behind. Nothing of grpc-js is loaded from here.
export type { AnswerHead, Carrier, CarrierCaller } from './carrier.js';
export { createChannelFactory, type MeshChannelFactory } from './channel/channel-factory.js';
export { createMeshChannel, type MeshChannelOptions } from './channel/mesh-channel.js';
export { createInterceptor } from './interceptor/mesh-interceptor.js';
export type { InterceptorOptions } from './interceptor/read-client.js';
