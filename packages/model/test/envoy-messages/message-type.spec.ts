import { strict as assert } from 'node:assert';
import { enumType, type MessageType, messageType, type ValueType } from '@inmesh/model/envoy-messages';

describe('messageType', () => {
  it('knows fields by both of their names', () => {
    const cluster = messageType('envoy.config.cluster.v3.Cluster');
    const field = cluster?.fields.get('connectTimeout');
    assert.deepEqual(field?.type, { kind: 'duration' });
    assert.equal(cluster?.fieldsByProtoName.get('connect_timeout'), field);
  });

  it('tells lists, maps and single values apart', () => {
    const cluster = messageType('envoy.config.cluster.v3.Cluster');
    assert.equal(cluster?.fields.get('healthChecks')?.shape, 'list');
    assert.equal(cluster?.fields.get('typedExtensionProtocolOptions')?.shape, 'map');
    assert.equal(cluster?.fields.get('name')?.shape, 'one');
  });

  it('knows which fields exclude each other', () => {
    const route = messageType('envoy.config.route.v3.Route');
    assert.equal(route?.fields.get('redirect')?.oneof, 'action');
    assert.equal(route?.fields.get('directResponse')?.oneof, 'action');
    assert.equal(route?.fields.get('name')?.oneof, undefined);
  });

  it('has nothing to say about types that are not in the table', () => {
    assert.equal(messageType('envoy.config.cluster.v3.Klaster'), undefined);
    assert.equal(messageType('constructor'), undefined);
    assert.equal(messageType('envoy.config.cluster.v3.Cluster.LbPolicy'), undefined, 'that is an enum');
  });

  it('counts enum values upwards and jumps where the table says so', () => {
    const policy = enumType('envoy.config.cluster.v3.Cluster.LbPolicy');
    assert.equal(policy?.numbers.get('RANDOM'), 3);
    assert.equal(policy?.numbers.get('MAGLEV'), 5);
    assert.equal(policy?.names.get(6), 'CLUSTER_PROVIDED');
  });

  it('finds every type that can be reached from what EnvoyFilters patch', () => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const type: MessageType = messageType(name) ?? assert.fail(`${name} is not in the table`);
      for (const field of type.fields.values()) visitType(field.type, `${name}.${field.protoName}`);
    };
    const visitType = (type: ValueType, where: string): void => {
      if (type.kind === 'message') visit(type.name);
      if (type.kind === 'enum') assert.ok(enumType(type.name), `${where} has no enum`);
    };
    for (const root of roots) visit(root);
    assert.ok(seen.size > 300, `only ${seen.size} types were reached`);
  });
});

const roots = [
  'envoy.config.cluster.v3.Cluster',
  'envoy.config.listener.v3.Listener',
  'envoy.config.listener.v3.ListenerFilter',
  'envoy.config.listener.v3.FilterChain',
  'envoy.config.listener.v3.Filter',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'envoy.extensions.filters.http.router.v3.Router',
  'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
  'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
  'envoy.extensions.filters.http.lua.v3.Lua',
  'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
  'envoy.extensions.filters.http.rbac.v3.RBAC',
  'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  'envoy.config.route.v3.RouteConfiguration',
  'envoy.config.endpoint.v3.ClusterLoadAssignment',
  'envoy.config.core.v3.TypedExtensionConfig',
];
