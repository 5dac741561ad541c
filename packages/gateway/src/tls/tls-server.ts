import type { Socket } from 'node:net';
import tls, { type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { ClientHello } from '../listen/client-hello.js';
import { isWelcome } from './is-welcome.js';
import type { SecretError, Secrets } from './secrets.js';
import { ServerContexts } from './server-contexts.js';
import type { TlsTerms } from './tls-terms.js';

export interface TlsServerOptions {
  readonly terms: TlsTerms;
  readonly secrets: Secrets;
  readonly handshakeTimeoutMs: number;
  readonly secured: (socket: TLSSocket) => void;
}

/**
 * Ends TLS for one chain on connections that somebody else accepted. A server of its own, so that a session of one
 * chain is never resumed with another, whose clients had to show a certificate.
 */
export class TlsServer {
  readonly #options: TlsServerOptions;
  readonly #contexts: ServerContexts;
  /** One that speaks of protocols and one that does not, each made when it is first needed. */
  readonly #servers = new Map<'alpn' | 'silent', Server>();

  constructor(options: TlsServerOptions) {
    this.#options = options;
    this.#contexts = new ServerContexts(options.terms, options.secrets);
  }

  /** Why the certificates at hand are not in use, or not there. */
  get problem(): SecretError | undefined {
    return this.#contexts.problem;
  }

  /** The connection ends where there is no certificate for it. */
  take(socket: Socket, { protocols }: ClientHello): void {
    try {
      // Where the two sides have no protocol in common Envoy goes on without one; OpenSSL would hang up.
      const isCommon = this.#options.terms.alpn.some((protocol) => protocols.includes(protocol));
      this.#server(isCommon ? 'alpn' : 'silent').emit('connection', socket);
    } catch {
      socket.destroy();
    }
  }

  #server(kind: 'alpn' | 'silent'): tls.Server {
    const material = this.#contexts.fallback;
    const known = this.#servers.get(kind);
    if (known === undefined) {
      const server = this.#create(material, kind === 'alpn' ? this.#options.terms.alpn : []);
      this.#servers.set(kind, { server, material });
      return server;
    }
    if (known.material !== material) {
      known.server.setSecureContext(material);
      known.material = material;
    }
    return known.server;
  }

  #create(material: SecureContextOptions, alpn: readonly string[]): tls.Server {
    const { terms, handshakeTimeoutMs, secured } = this.#options;
    const { client } = terms;
    return tls
      .createServer({
        ...material,
        handshakeTimeout: handshakeTimeoutMs,
        requestCert: client !== undefined,
        rejectUnauthorized: client?.required === true,
        ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
        SNICallback: (name, answer) => {
          try {
            answer(null, this.#contexts.contextFor(name));
          } catch (error) {
            answer(error as Error);
          }
        },
      })
      .on('tlsClientError', (_error, socket) => socket.destroy())
      .on('secureConnection', (socket) => {
        socket.on('error', () => {});
        if (this.#meetsTerms(socket)) secured(socket);
        else socket.destroy();
      });
  }

  /** Who shows a certificate has to show a good one, also where none was required. */
  #meetsTerms(socket: TLSSocket): boolean {
    const { client } = this.#options.terms;
    const certificate = client === undefined ? undefined : socket.getPeerX509Certificate();
    if (client === undefined || certificate === undefined) return client?.required !== true;
    const isVerified = client.authority === undefined || socket.authorized;
    return isVerified && isWelcome(certificate, client);
  }
}

interface Server {
  readonly server: tls.Server;
  material: SecureContextOptions;
}
