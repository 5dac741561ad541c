import type { Labels } from '../stats/stat.js';
import type { DestinationService } from './destination-service.js';
import type { Outcome } from './outcome.js';
import type { Peer } from './peer.js';

/** Who called whom, and who tells of it. */
export interface Ends {
  readonly reporter: 'source' | 'destination';
  readonly source: Peer;
  readonly destination: Peer;
  readonly service: DestinationService;
  readonly security: 'mutual_tls' | 'none' | 'unknown';
}

/** All labels of Istio's standard metrics. Connections have no response code and no status of gRPC. */
export function labelsOf(
  { reporter, source, destination, service, security }: Ends,
  { protocol, code, flags, grpcStatus }: Outcome,
): Labels {
  return [
    ['reporter', reporter],
    ['source_workload', source.workload],
    ['source_canonical_service', source.canonicalService],
    ['source_canonical_revision', source.canonicalRevision],
    ['source_workload_namespace', source.namespace],
    ['source_principal', source.principal],
    ['source_app', source.app],
    ['source_version', source.version],
    ['source_cluster', source.cluster],
    ['destination_workload', destination.workload],
    ['destination_workload_namespace', destination.namespace],
    ['destination_principal', destination.principal],
    ['destination_app', destination.app],
    ['destination_version', destination.version],
    ['destination_service', service.host],
    ['destination_canonical_service', destination.canonicalService],
    ['destination_canonical_revision', destination.canonicalRevision],
    ['destination_service_name', service.name],
    ['destination_service_namespace', service.namespace],
    ['destination_cluster', destination.cluster],
    ['request_protocol', protocol],
    ...(protocol === 'tcp'
      ? []
      : ([
          ['response_code', String(code)],
          ['grpc_response_status', grpcStatus],
        ] as const)),
    ['response_flags', flags],
    ['connection_security_policy', security],
  ];
}
