import type { Resource } from '@inmesh/model';
import type { Findings } from './findings.js';

const forbidden = [
  'internal.istio.io/webhook-always-reject',
  'internal.istio.io/parents',
  'internal.istio.io/parent-namespace',
];

/** Annotations with which Istio talks to itself, and the dry run that only one kind has. */
export function checkMetadata({ kind, annotations }: Resource, findings: Findings): void {
  for (const annotation of forbidden) {
    if (annotations[annotation] === undefined) continue;
    findings.error(['metadata', 'annotations', annotation], 'an annotation that only Istio itself may set');
  }
  if (annotations['istio.io/dry-run'] !== undefined && kind !== 'AuthorizationPolicy') {
    findings.error(
      ['metadata', 'annotations', 'istio.io/dry-run'],
      'only an AuthorizationPolicy can be tried out',
    );
  }
}
