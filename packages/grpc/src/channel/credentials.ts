import type { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';

/** Whether credentials stand for TLS. Custom ones that do not say so are taken as such: nothing leaves in clear text by mistake. */
export function isSecure(credentials: ChannelCredentials): boolean {
  const { _isSecure } = credentials as Partial<Pick<ChannelCredentials, '_isSecure'>>;
  return _isSecure === undefined || _isSecure.call(credentials);
}

/** Anything: it is only asked whether it comes back. */
const anybody = {} as CallCredentials;

/**
 * What `credentials.combineChannelCredentials` has added to them: metadata of every call of the channel, such as a
 * token. Asked of the connector that grpc-js would make, which is given back unused.
 */
export function callCredentialsOf(
  credentials: ChannelCredentials,
  authority: string,
): CallCredentials | undefined {
  const { _createSecureConnector } = credentials as Partial<ChannelCredentials>;
  if (_createSecureConnector === undefined) return undefined;
  const connector = _createSecureConnector.call(credentials, { scheme: 'dns', path: authority }, {});
  const added = connector.getCallCredentials();
  connector.destroy();
  // None at all are what is added to them; waiting for none would cost every call a turn.
  return added.compose(anybody) === anybody ? undefined : added;
}
