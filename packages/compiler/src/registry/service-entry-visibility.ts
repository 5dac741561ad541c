import type { LabelSelector, MeshConfig } from '@inmesh/model';
import { hasLabels } from './labels.js';

type Labels = Readonly<Record<string, string>>;

/**
 * Who may see a ServiceEntry: whom it is exported to, as far as the mesh lets entries of its namespace be seen,
 * which narrows and never widens. Istio: `CompileServiceEntryVisibility`.
 */
export function visibleTo(
  exportTo: ReadonlySet<string>,
  { serviceEntryVisibility: setting }: MeshConfig,
  namespace: { readonly name: string; readonly labels: Labels },
): ReadonlySet<string> {
  if (setting?.applyToSidecars !== true) return exportTo;
  // Kubernetes gives every namespace its name as a label.
  const labels = { ...namespace.labels, 'kubernetes.io/metadata.name': namespace.name };
  const policy = setting.policies?.find(({ matchingRules = [] }) =>
    matchingRules.every(({ namespaceSelector }) => selects(namespaceSelector, labels)),
  );
  switch (policy === undefined ? setting.defaultVisibility : policy.visibility) {
    case 'NONE':
      return nobody;
    case 'NAMESPACE':
      return exportTo.has('*') || exportTo.has(namespace.name) ? new Set([namespace.name]) : nobody;
    default:
      return exportTo;
  }
}

const nobody: ReadonlySet<string> = new Set(['~']);

/** A selector that asks for nothing selects everything; none at all, and one that nobody understands, nothing. */
function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    hasLabels(labels, matchLabels) &&
    matchExpressions.every(({ key = '', operator, values = [] }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
