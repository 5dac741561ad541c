const syntax = /^[\w\-.~%!$&'()*+,;=:@[\]]*$/;

/** Whether a text has only characters that an authority may have. RFC 3986 §3.2. */
export function isAuthority(text: string): boolean {
  return syntax.test(text);
}

/** {@link isAuthority}, for one caller after the other: calls come in runs to the same host. */
export function rememberingAuthority(): (text: string) => boolean {
  let last = '';
  return (text) => {
    if (text === last) return true;
    const isValid = isAuthority(text);
    if (isValid) last = text;
    return isValid;
  };
}
