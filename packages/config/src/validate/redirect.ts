import type { HTTPRoute } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkPort, quoted } from './names.js';

export function checkRedirect({ redirect, match = [] }: HTTPRoute, place: Place, findings: Findings): void {
  if (redirect === undefined) return;
  const {
    uri = '',
    prefixRewrite = '',
    authority = '',
    scheme = '',
    redirectCode = 0,
    port,
    derivePort,
  } = redirect;
  if (uri !== '' && prefixRewrite !== '') findings.error(place, 'uri and prefixRewrite exclude each other');
  if (prefixRewrite !== '') {
    const other = match.findIndex((request) => request.uri !== undefined && request.uri.prefix === undefined);
    if (other !== -1) {
      const reason = `prefixRewrite replaces a matched prefix, and match ${other} has another kind of uri`;
      findings.error(place.at('prefixRewrite'), reason);
    }
  }
  if (uri + prefixRewrite + authority + scheme === '' && port === undefined && derivePort === undefined) {
    findings.error(place, 'a redirect needs uri, prefixRewrite, authority, scheme or port');
  }
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399)) {
    findings.error(place.at('redirectCode'), `${redirectCode} is no redirect: 301, 302, 303, 307 or 308`);
  }
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https') {
    findings.error(place.at('scheme'), `${quoted(scheme)} is neither http nor https`);
  }
  if (port !== undefined && port > 0) findings.error(place.at('port'), checkPort(port));
}
