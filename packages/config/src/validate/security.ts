import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication, Resource } from '@inmesh/model';
import type { Findings, Place } from './findings.js';
import { checkSelector } from './labels.js';
import { quoted } from './names.js';
import { checkPolicyCondition } from './policy-condition.js';

export function checkPeerAuthentication(
  { spec }: Resource<'PeerAuthentication'>,
  place: Place,
  findings: Findings,
): void {
  const { selector, portLevelMtls } = spec satisfies PeerAuthentication;
  checkWorkloads(selector, place, findings);
  if (portLevelMtls === undefined) return;
  const at = place.at('portLevelMtls');
  if (Object.keys(selector?.matchLabels ?? {}).length === 0) {
    findings.error(at, 'ports are those of workloads: a selector with labels is needed');
  }
  for (const port of Object.keys(portLevelMtls)) {
    const valid = /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
    if (!valid) findings.error(at.at(port), `${port} is no port: ports are 1 to 65535`);
  }
}

export function checkAuthorizationPolicy(
  { spec }: Resource<'AuthorizationPolicy'>,
  place: Place,
  findings: Findings,
): void {
  const { action = 'ALLOW', rules, provider } = spec satisfies AuthorizationPolicy;
  checkWorkloads(spec.selector, place, findings);
  checkTargets(spec, place, findings);
  if (action === 'CUSTOM' && rules !== undefined && (provider?.name ?? '') === '') {
    findings.error(place.at('provider'), 'CUSTOM needs the name of a provider that decides');
  }
  if (action !== 'CUSTOM' && provider !== undefined) {
    findings.error(place.at('provider'), `only CUSTOM asks a provider, not ${action}`);
  }
  rules?.forEach(({ when = [] }, index) => {
    when.forEach((condition, one) => {
      checkPolicyCondition(condition, place.at('rules', index, 'when', one), findings);
    });
  });
  if ((action === 'CUSTOM' || action === 'DENY') && rules === undefined) {
    findings.error(
      place,
      `${action} without rules never applies: write rules: [{}] to apply it to every request`,
    );
  }
}

export function checkRequestAuthentication(
  { spec }: Resource<'RequestAuthentication'>,
  place: Place,
  findings: Findings,
): void {
  const { selector, jwtRules = [] } = spec satisfies RequestAuthentication;
  checkWorkloads(selector, place, findings);
  checkTargets(spec, place, findings);
  for (const [index, rule] of (jwtRules as readonly JwtRule[]).entries()) {
    checkJwtRule(rule, place.at('jwtRules', index), findings);
  }
}

/** As the table of fields has checked it. */
interface JwtRule {
  readonly issuer?: string;
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly audiences?: readonly string[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly fromHeaders?: readonly { readonly name?: string }[];
  readonly outputClaimToHeaders?: readonly { readonly header?: string; readonly claim?: string }[];
}

function checkJwtRule(rule: JwtRule, place: Place, findings: Findings): void {
  if ((rule.issuer ?? '') === '') findings.error(place.at('issuer'), 'an issuer is needed');
  for (const part of ['audiences', 'fromParams', 'fromCookies'] as const) {
    rule[part]?.forEach((entry, index) => {
      if (entry === '') findings.error(place.at(part, index), 'an entry cannot be empty');
    });
  }
  rule.fromHeaders?.forEach(({ name = '' }, index) => {
    if (name === '') findings.error(place.at('fromHeaders', index, 'name'), 'a header needs a name');
  });
  if (rule.jwksUri !== undefined && rule.jwksUri !== '' && !/^https?:\/\/[^/?#]+/.test(rule.jwksUri)) {
    findings.error(place.at('jwksUri'), 'an http or https address is needed');
  }
  if (rule.jwks !== undefined && rule.jwks !== '' && !isJsonObject(rule.jwks)) {
    findings.error(place.at('jwks'), 'keys are written as JSON: {"keys": […]}');
  }
  rule.outputClaimToHeaders?.forEach(({ header = '', claim = '' }, index) => {
    const at = place.at('outputClaimToHeaders', index);
    if (claim === '') findings.error(at.at('claim'), 'a claim is needed');
    // Narrower than header names are: the schema of the resource says so.
    const isPlain = /^[-_A-Za-z0-9]+$/.test(header);
    findings.error(at.at('header'), isPlain ? undefined : `${quoted(header)} is no header for a claim`);
  });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function checkWorkloads(
  selector: { readonly matchLabels?: Record<string, string> } | undefined,
  place: Place,
  findings: Findings,
): void {
  if (selector !== undefined) {
    checkSelector(selector.matchLabels, place.at('selector', 'matchLabels'), findings);
  }
}

/** A policy is for workloads or for what it names, not for both. */
function checkTargets(spec: object, place: Place, findings: Findings): void {
  const { selector, targetRef, targetRefs } = spec as Record<string, unknown>;
  const named = [
    selector,
    targetRef,
    Array.isArray(targetRefs) && targetRefs.length > 0 ? targetRefs : undefined,
  ];
  if (named.filter((target) => target !== undefined).length > 1) {
    findings.error(place, 'selector, targetRef and targetRefs exclude each other');
  }
}
