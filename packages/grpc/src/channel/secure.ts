import type { ChannelCredentials } from '@grpc/grpc-js';

/** Whether credentials stand for TLS. Custom ones that do not say so are taken as such: nothing leaves in clear text by mistake. */
export function isSecure(credentials: ChannelCredentials): boolean {
  const { _isSecure } = credentials as Partial<Pick<ChannelCredentials, '_isSecure'>>;
  return _isSecure === undefined || _isSecure.call(credentials);
}
