/** A name or an address, and perhaps a port; an IPv6 address in brackets. Neither user nor path. */
const authority = /^(\[[0-9a-f:.]+\]|[\w\-.~%!$&'()*+,;=]+)(:\d{0,5})?$/i;

export function isAuthority(text: string): boolean {
  return authority.test(text);
}
