import type { ForwardClientCertDetails, HttpConnectionManager, MeshConfig } from '@inmesh/model';

/** Whether requests tell the upstream how often they were tried. @defaultValue `true` */
export function includesAttemptCount({ defaultConfig }: MeshConfig): boolean {
  return defaultConfig?.proxyHeaders?.attemptCount?.disabled !== true;
}

/** Whether a rewritten host is told to the upstream in `x-forwarded-host`. @defaultValue `false` */
export function forwardsHost({ defaultConfig }: MeshConfig): boolean {
  return defaultConfig?.proxyHeaders?.xForwardedHost?.enabled === true;
}

/** Who answers, as the `server` header tells: `envoy` outbound by Envoy's own default, else `istio-envoy`. */
export function serverHeader(
  { defaultConfig }: MeshConfig,
  listenerClass: 'outbound' | 'inbound' | 'gateway',
): Pick<HttpConnectionManager, 'serverName' | 'serverHeaderTransformation'> {
  const server = defaultConfig?.proxyHeaders?.server;
  if (server?.disabled === true) return { serverHeaderTransformation: 'PASS_THROUGH' };
  const serverName = server?.value || (listenerClass === 'outbound' ? undefined : 'istio-envoy');
  return serverName === undefined ? {} : { serverName };
}

/** Inbound: what an application learns of its client's certificate. */
export function inboundClientCertDetails({
  defaultConfig,
}: MeshConfig): Pick<HttpConnectionManager, 'forwardClientCertDetails' | 'setCurrentClientCertDetails'> {
  const headers = defaultConfig?.proxyHeaders;
  const details = headers?.setCurrentClientCertDetails;
  return {
    ...forwarding(headers?.forwardedClientCert, 'APPEND_FORWARD'),
    setCurrentClientCertDetails: {
      // A wrapper, told apart from absence; the others are plain.
      subject: details?.subject ?? true,
      ...((details?.uri ?? true) && { uri: true }),
      ...((details?.dns ?? true) && { dns: true }),
      ...(details?.cert && { cert: true }),
      ...(details?.chain && { chain: true }),
    },
  };
}

/** Gateways: the topology decides, and what clients claim is dropped unless it says otherwise. */
export function gatewayClientCertDetails({
  defaultConfig,
}: MeshConfig): Pick<HttpConnectionManager, 'forwardClientCertDetails' | 'setCurrentClientCertDetails'> {
  const given = forwarding(defaultConfig?.gatewayTopology?.forwardClientCertDetails, 'SANITIZE_SET');
  const sets =
    given.forwardClientCertDetails === 'SANITIZE_SET' || given.forwardClientCertDetails === 'APPEND_FORWARD';
  return {
    ...given,
    ...(sets && { setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true } }),
  };
}

/** `SANITIZE` is the enum's zero, which proto3 JSON leaves out. */
function forwarding(
  given: ForwardClientCertDetails | undefined,
  byDefault: ForwardClientCertDetails,
): Pick<HttpConnectionManager, 'forwardClientCertDetails'> {
  const details = given === undefined || given === 'UNDEFINED' ? byDefault : given;
  return details === 'SANITIZE' ? {} : { forwardClientCertDetails: details };
}
