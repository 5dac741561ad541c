import type { Resource } from '@inmesh/model';

/** Happy eyeballs for a name with several addresses, by an annotation. */
export function racesAddresses({ annotations }: Pick<Resource, 'annotations'>): boolean {
  return annotations['istio.io/connect-strategy'] === 'RACE_FIRST_TCP_CONNECT';
}
