// inmesh/fastify: the rules in front of an application of Fastify 5.
export { type MeshPluginOptions, meshPlugin, meshUpgrade, type UpgradeListener } from '@inmesh/inbound';
