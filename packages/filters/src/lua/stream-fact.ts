import { type LuaValue, luaText } from './lua-value.js';
import type { ScriptStream } from './script-stream.js';

/** Facts about a call by the names of Envoy's `StreamInfoWrapper`. */
export function streamFact({ call }: ScriptStream, name: string): LuaValue {
  const { stream, downstream } = call;
  switch (name) {
    case 'protocol':
      return stream.protocol;
    case 'routeName':
      return luaText(call.route?.name ?? '');
    // The rules have no virtual clusters.
    case 'virtualClusterName':
      return '';
    case 'requestedServerName':
      return stream.requestedServerName ?? '';
    case 'downstreamLocalAddress':
      return `${stream.downstreamLocalAddress}:${stream.downstreamLocalPort}`;
    case 'downstreamRemoteAddress':
      return `${stream.downstreamRemoteAddress}:${stream.downstreamRemotePort}`;
    case 'isSecure':
      return downstream?.tls !== undefined;
    case 'peerCertificatePresented':
      return downstream?.tls?.presented ?? false;
    case 'peerCertificateValidated':
      return downstream?.tls?.validated ?? false;
    default:
      return undefined;
  }
}
