import type { HTTPMatchRequest, StringMatch } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkGatewayNames } from './gateway-names.js';
import { checkMatchedHeader } from './header.js';
import { checkLabels } from './labels.js';
import { checkPort, isLabel, quoted } from './names.js';
import { checkRegex } from './regex.js';

export function checkHttpMatch(match: HTTPMatchRequest, place: Place, findings: Findings): void {
  for (const part of ['headers', 'withoutHeaders'] as const) {
    for (const [name, value] of Object.entries(match[part] ?? {})) {
      const at = place.at(part, name);
      findings.error(at, checkMatchedHeader(name));
      // Here `*` asks for presence; as a pattern it would have no meaning. Istio misses that in `headers`.
      if (part === 'headers' || value?.regex !== '*') checkStringMatch(value, at, findings);
    }
  }
  for (const [name, value] of Object.entries(match.queryParams ?? {})) {
    checkStringMatch(value, place.at('queryParams', name), findings);
  }
  for (const part of ['scheme', 'method', 'authority'] as const) {
    if (match[part] !== undefined) checkStringMatch(match[part], place.at(part), findings);
  }
  // Only of a path may the prefix be empty: it matches every request.
  if (match.uri?.regex !== undefined) findings.error(place.at('uri', 'regex'), checkRegex(match.uri.regex));
  checkCaller(match, place, findings);
}

/** At most one of exact, prefix and regex; an empty one would match nothing that could be meant. */
function checkStringMatch(match: StringMatch | null | undefined, place: Place, findings: Findings): void {
  if (match?.prefix === '') {
    findings.error(place.at('prefix'), 'a prefix cannot be empty: {} asks for presence');
  }
  if (match?.regex !== undefined) findings.error(place.at('regex'), checkRegex(match.regex));
}

/** What the match of every protocol may ask about the caller and its port. */
export function checkCaller(match: CallerMatch, place: Place, findings: Findings): void {
  const { port = 0, sourceNamespace = '' } = match;
  if (port !== 0) findings.error(place.at('port'), checkPort(port));
  if (match.sourceLabels !== undefined) {
    checkLabels(match.sourceLabels, place.at('sourceLabels'), findings);
  }
  if (match.gateways !== undefined) checkGatewayNames(match.gateways, place.at('gateways'), findings);
  if (sourceNamespace !== '' && !isLabel(sourceNamespace)) {
    findings.error(place.at('sourceNamespace'), `${quoted(sourceNamespace)} is no namespace`);
  }
}

type CallerMatch = Pick<HTTPMatchRequest, 'port' | 'sourceLabels' | 'sourceNamespace' | 'gateways'>;
