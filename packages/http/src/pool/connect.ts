import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import type { Clock, Endpoint, TlsSettings, UpstreamSettings } from '@inmesh/engine';
import type { ClientTls } from '../tls/client-tls.js';
import { proxyHeader } from './proxy-header.js';

/** Why no connection came about; the message is in Envoy's words, which stand in its response code details. */
export interface ConnectFailure {
  readonly reason: 'remoteConnectionFailure' | 'localConnectionFailure' | 'connectionTimeout';
  readonly cause: Error;
}

export interface ConnectTarget {
  readonly endpoint: Pick<Endpoint, 'address' | 'port'>;
  readonly upstream: Pick<UpstreamSettings, 'connectTimeoutMs' | 'tcpKeepalive' | 'proxyProtocol'>;
  readonly tls: TlsSettings | undefined;
}

export interface ConnectOutcome {
  connected(socket: Socket): void;
  failed(failure: ConnectFailure): void;
}

/**
 * Opens one connection, TLS handshake included, and answers once. The connect timeout covers both. The returned
 * function gives up in silence.
 */
export function connect(
  { endpoint, upstream, tls: settings }: ConnectTarget,
  outcome: ConnectOutcome,
  { clock, clientTls }: { clock: Clock; clientTls: ClientTls },
): () => void {
  let socket: Socket | undefined;
  let timer: unknown;
  const onReady = (): void => settle((opened) => outcome.connected(opened));
  const onError = (error: Error): void => fail(describeFailure(error));
  const onClose = (): void => fail(closedInHandshake());
  const readyEvent = settings === undefined ? 'connect' : 'secureConnect';
  const settle = (report: (socket: Socket) => void): void => {
    if (socket === undefined) return;
    const opened = socket.off(readyEvent, onReady).off('error', onError).off('close', onClose);
    socket = undefined;
    clock.clearTimeout(timer);
    report(opened);
  };
  const fail = (failure: ConnectFailure): void =>
    settle((opened) => {
      discard(opened);
      outcome.failed(failure);
    });

  const where =
    endpoint.port === 0 ? { path: endpoint.address } : { host: endpoint.address, port: endpoint.port };
  try {
    socket = open(where, upstream.proxyProtocol, settings && clientTls.options(settings));
  } catch (error) {
    // Reported later, as every other failure: who asks does not expect an answer within the question.
    const cancelled = setImmediate(() =>
      outcome.failed({ reason: 'remoteConnectionFailure', cause: error as Error }),
    );
    return () => clearImmediate(cancelled);
  }
  if (upstream.connectTimeoutMs > 0) {
    timer = clock.setTimeout(
      () => fail({ reason: 'connectionTimeout', cause: new Error('connection timeout') }),
      upstream.connectTimeoutMs,
    );
  }
  socket.once(readyEvent, onReady).once('error', onError).once('close', onClose);
  if (upstream.tcpKeepalive !== undefined) socket.setKeepAlive(true, upstream.tcpKeepalive.timeMs);
  return () => settle(discard);
}

/** The header of the PROXY protocol stands before the first byte of the handshake. */
function open(
  where: net.NetConnectOpts,
  proxyProtocol: UpstreamSettings['proxyProtocol'],
  options: tls.ConnectionOptions | undefined,
): Socket {
  if (proxyProtocol === undefined) {
    return options === undefined
      ? net.connect({ ...where, noDelay: true })
      : tls.connect({ ...where, ...options }).setNoDelay(true);
  }
  const raw = net.connect({ ...where, noDelay: true });
  raw.once('connect', () => raw.write(proxyHeader(proxyProtocol, raw)));
  return options === undefined ? raw : tls.connect({ ...options, socket: raw });
}

function discard(socket: Socket): void {
  socket.on('error', () => {}).destroy();
}

function closedInHandshake(): ConnectFailure {
  return { reason: 'remoteConnectionFailure', cause: new Error('connection closed in the handshake') };
}

/** Failures of this process (no descriptor, no local port) are not the endpoint's fault. */
const localCodes = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'EADDRINUSE', 'EACCES', 'EPERM']);

function describeFailure(error: NodeJS.ErrnoException): ConnectFailure {
  if (error.syscall === 'connect' || error.code === 'EMFILE') {
    const reason = localCodes.has(error.code ?? '') ? 'localConnectionFailure' : 'remoteConnectionFailure';
    const words = connectWords[error.code ?? ''] ?? error.message;
    return { reason, cause: new Error(`delayed connect error: ${words}`, { cause: error }) };
  }
  return {
    reason: 'remoteConnectionFailure',
    cause: new Error(`TLS error: ${error.message}`, { cause: error }),
  };
}

/** The system's words, as `strerror` has them. */
const connectWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
  ENOENT: 'No such file or directory',
};
