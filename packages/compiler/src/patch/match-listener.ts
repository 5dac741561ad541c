import type { FilterChain, FilterChainMatch, Listener } from '@inmesh/model';
import type { Patch } from './patch.js';

/** Whether a patch means this listener. A port is not asked of the virtual listeners, which stand for all ports. */
export function matchesListener({ match }: Patch, listener: Listener): boolean {
  const { name, portNumber } = match.listener ?? {};
  if (name && name !== listener.name) return false;
  return !portNumber || isVirtual(listener) || matchesOwnPort(portNumber, listener);
}

/** The same for patches of the listener itself, which the virtual listeners meet by their own port. */
export function matchesListenerItself(patch: Patch, listener: Listener): boolean {
  const { portNumber } = patch.match.listener ?? {};
  return matchesListener(patch, listener) && (!portNumber || matchesOwnPort(portNumber, listener));
}

/** Whether a patch that matches the listener means this chain of it; ports are asked of chains of virtual listeners. */
export function matchesFilterChain({ match }: Patch, listener: Listener, chain: FilterChain): boolean {
  const { portNumber, filterChain: wanted = {} } = match.listener ?? {};
  const facts: FilterChainMatch = chain.filterChainMatch ?? {};
  return (
    (!portNumber || !isVirtual(listener) || facts.destinationPort === portNumber) &&
    (!wanted.name || wanted.name === chain.name) &&
    (!wanted.sni || (facts.serverNames ?? []).includes(wanted.sni)) &&
    (!wanted.transportProtocol || wanted.transportProtocol === facts.transportProtocol) &&
    (!wanted.destinationPort || wanted.destinationPort === facts.destinationPort) &&
    (!wanted.applicationProtocols ||
      wanted.applicationProtocols
        .split(',')
        .every((protocol) => (facts.applicationProtocols ?? []).includes(protocol)))
  );
}

function matchesOwnPort(portNumber: number, listener: Listener): boolean {
  return listener.address?.socketAddress?.portValue === portNumber;
}

function isVirtual({ name }: Listener): boolean {
  return name === 'virtualOutbound' || name === 'virtualInbound';
}
