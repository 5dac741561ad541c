import { type ConfigError, type Kind, kindFields, type Resource } from '@inmesh/model';
import { checkFields } from './check-fields.js';
import { checkDestinationRule } from './destination-rule.js';
import { checkEnvoyFilter } from './envoy-filter.js';
import { Findings, Place } from './findings.js';
import { checkGateway } from './gateway.js';
import { checkMetadata } from './metadata.js';
import { checkAuthorizationPolicy, checkPeerAuthentication, checkRequestAuthentication } from './security.js';
import { checkServiceEntry } from './service-entry.js';
import { checkSidecar } from './sidecar.js';
import { checkVirtualService } from './virtual-service.js';
import { checkWorkloadEntry } from './workload-entry.js';
import { checkWorkloadGroup } from './workload-group.js';

/**
 * Everything that is wrong with a resource, or unwise about it. Errors refuse it: the same objects that
 * Istio's admission refuses, the schemas of its kinds and its webhook together. Warnings accept it, those of
 * code `INMESH_CONFIG_UNSUPPORTED` say what inmesh does not do.
 */
export function validateResource(resource: Resource): readonly ConfigError[] {
  return judgeResource(resource).of(resource);
}

/** The same before anything is looked up in the source: whoever has many may place them more cheaply. */
export function judgeResource(resource: Resource): Findings {
  const findings = new Findings();
  checkMetadata(resource, findings);
  // Rules read values: they are asked only once every value has its type.
  if (checkFields(resource.spec, kindFields[resource.kind], findings)) {
    rules[resource.kind]?.(resource as never, new Place('spec'), findings);
  }
  return findings;
}

type Rules = { readonly [K in Kind]?: (resource: Resource<K>, place: Place, findings: Findings) => void };

/** What the table of fields cannot say. Kubernetes has checked its own kinds itself. */
const rules: Rules = {
  VirtualService: checkVirtualService,
  DestinationRule: checkDestinationRule,
  Gateway: checkGateway,
  ServiceEntry: checkServiceEntry,
  WorkloadEntry: ({ spec }, place, findings) =>
    checkWorkloadEntry(spec, place, findings, { namesAllowed: true }),
  WorkloadGroup: checkWorkloadGroup,
  Sidecar: checkSidecar,
  EnvoyFilter: checkEnvoyFilter,
  PeerAuthentication: checkPeerAuthentication,
  AuthorizationPolicy: checkAuthorizationPolicy,
  RequestAuthentication: checkRequestAuthentication,
};
