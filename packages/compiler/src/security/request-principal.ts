import type { StringMatcher } from '@inmesh/model';
import { claimIs } from './claim-match.js';
import type { Principal } from './rbac.js';

const anything: StringMatcher = { safeRegex: { regex: '.+' } };

/**
 * `issuer/subject` of a token. The last slash divides, since an issuer may be a URL; a star at one end stands for
 * the beginning of the issuer or the end of the subject. Istio: `requestPrincipalGenerator`.
 */
export function requestPrincipal(pattern: string): Principal {
  const [issuer, subject] = matches(pattern);
  return {
    andIds: {
      ids: [{ metadata: claimIs('iss', issuer) }, { metadata: claimIs('sub', subject) }],
    },
  };
}

function matches(pattern: string): readonly [issuer: StringMatcher, subject: StringMatcher] {
  if (pattern === '*') return [anything, anything];
  const slash = pattern.lastIndexOf('/');
  const issuer = slash === -1 ? pattern : pattern.slice(0, slash);
  const subject = slash === -1 ? '' : pattern.slice(slash + 1);
  if (pattern.startsWith('*')) {
    if (slash === -1) return [anything, { suffix: pattern.slice(1) }];
    return [issuer === '*' ? anything : { suffix: issuer.slice(1) }, { exact: subject }];
  }
  if (pattern.endsWith('*')) {
    if (slash === -1) return [{ prefix: pattern.slice(0, -1) }, anything];
    return [{ exact: issuer }, subject === '*' ? anything : { prefix: subject.slice(0, -1) }];
  }
  return [{ exact: issuer }, { exact: subject }];
}
