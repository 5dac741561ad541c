import { isIP } from 'node:net';

// Checks answer what is wrong, or `undefined`. They follow Istio's own, the letters they allow included.

/** A DNS label as Istio has it: capital letters are allowed, unlike in Kubernetes. */
export function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text);
}

/** A label that may begin with a wildcard: `*`, `*label` or `*-label`. */
function isWildcardLabel(text: string): boolean {
  return text.length <= 63 && /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/.test(text);
}

/** A host name without wildcards. A trailing dot is fine. */
export function checkHostName(name: string): string | undefined {
  return checkLength(name) ?? checkLabels(name, name);
}

/** A host name whose first label may be a wildcard, `*` alone included. */
export function checkWildcardHost(name: string): string | undefined {
  const problem = checkLength(name);
  if (problem !== undefined) return problem;
  const dot = name.indexOf('.');
  const first = dot === -1 ? name : name.slice(0, dot);
  if (!isWildcardLabel(first)) return `${quoted(name)} is no host name: ${quoted(first)} is no valid label`;
  return dot === -1 ? undefined : checkLabels(name.slice(dot + 1), name);
}

/** `*foo.com` covers `myfoo.com` as well: where Istio allows a wildcard only for whole labels. */
export function checkWholeWildcard(host: string): string | undefined {
  if (!host.includes('*') || host === '*' || host.startsWith('*.')) return undefined;
  return `${quoted(host)} is a wildcard for part of a label: write *.<domain>`;
}

/**
 * The name under which an AUTO_PASSTHROUGH gateway is asked for a cluster, `outbound_.80_.v1_.reviews.app`.
 * Its underscores make it no host name.
 */
export function isSniHost(name: string): boolean {
  return /^outbound_\.[0-8]/.test(name);
}

export function checkLength(name: string): string | undefined {
  if (name === '') return 'a host name cannot be empty';
  return name.length > 255 ? `${quoted(name)} is longer than the 255 characters of a host name` : undefined;
}

function checkLabels(labels: string, name: string): string | undefined {
  if (areLabels(labels)) return undefined;
  const parts = labels.split('.');
  const last = parts.at(-1) ?? '';
  if (/^[-+]?\d+$/.test(last)) return `${quoted(name)} is no host name: it ends in a number`;
  if (last === '') parts.pop();
  const wrong = parts.find((part) => !isLabel(part));
  return wrong === undefined
    ? undefined
    : `${quoted(name)} is no host name: ${quoted(wrong)} is no valid label`;
}

/** Whether labels are right at the first look. Every rule has hosts: to take them apart is for those that are not. */
function areLabels(labels: string): boolean {
  return (
    labels.length < 64 && /^(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?\.)*[a-zA-Z][a-zA-Z0-9]*$/.test(labels)
  );
}

/** An IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

export function checkAddress(text: string): string | undefined {
  return isAddress(text) ? undefined : `${quoted(text)} is no IP address`;
}

/** An address, or a block of addresses such as `10.0.0.0/8`. */
export function checkSubnet(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash === -1) return checkAddress(text);
  const family = isIP(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  const fits = /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  return family !== 0 && fits && !text.includes('%')
    ? undefined
    : `${quoted(text)} is no block of IP addresses`;
}

export const unixPrefix = 'unix://';

/** The part of an address behind `unix://`. */
export function checkUnixPath(path: string): string | undefined {
  if (path === '') return 'a unix socket needs a path';
  if (path.startsWith('@')) return undefined;
  return path.startsWith('/') && !path.endsWith('/')
    ? undefined
    : `${quoted(path)} is no absolute path of a socket`;
}

export function checkPort(port: number): string | undefined {
  return port >= 1 && port <= 65_535 ? undefined : `${port} is no port: ports are 1 to 65535`;
}

export function checkPortName(name: string): string | undefined {
  return isLabel(name) ? undefined : `${quoted(name)} is no port name: letters, digits and -, at most 63`;
}

/** In Istio's words, because the name with a dot (`v1.0`) is the mistake that people search for. */
export function checkSubsetName(name: string): string | undefined {
  if (name === '') return 'subset name cannot be empty';
  return isLabel(name) ? undefined : `subset name is invalid: ${name}`;
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
