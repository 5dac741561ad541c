import type { RegexMatchAndSubstitute, RouteMatch } from '@inmesh/model';
import { pathSpecifier } from '../match/path-match.js';
import { compilePattern, parseSubstitution } from '../match/pattern.js';
import { pathEnd } from '../match/predicate.js';
import { compileUriTemplate } from '../match/uri-template.js';

/** The new path for an old one; the query stays. */
export type PathRewrite = (path: string) => string;

interface PathRewriteFields {
  readonly prefixRewrite?: string;
  readonly regexRewrite?: RegexMatchAndSubstitute;
  readonly pathRewritePolicy?: { typedConfig?: Record<string, unknown> };
}

/** `undefined` when the action rewrites nothing. Redirects use the same rules. */
export function compilePathRewrite(action: PathRewriteFields, match: RouteMatch): PathRewrite | undefined {
  if (action.prefixRewrite !== undefined && action.prefixRewrite !== '') {
    return prefixRewrite(action.prefixRewrite, match);
  }
  if (action.regexRewrite !== undefined) {
    const replace = compileRegexRewrite(action.regexRewrite);
    return (path) => {
      const end = pathEnd(path);
      return replace(path.slice(0, end)) + path.slice(end);
    };
  }
  if (action.pathRewritePolicy !== undefined) {
    return templateRewrite(String(action.pathRewritePolicy.typedConfig?.pathTemplateRewrite ?? ''), match);
  }
  return undefined;
}

/** Every match within `text` is replaced, with RE2's syntax on both sides. A pattern that RE2 refuses changes nothing. */
export function compileRegexRewrite(rewrite: RegexMatchAndSubstitute): (text: string) => string {
  const pattern = compilePattern(rewrite.pattern?.regex ?? '');
  const substitution = parseSubstitution(rewrite.substitution ?? '');
  return pattern === undefined ? (text) => text : (text) => pattern.replaceAll(text, substitution);
}

/**
 * Replaces what the route matched: the configured prefix, or the whole path. The text is put in as it stands:
 * no slash is added or taken away.
 */
function prefixRewrite(replacement: string, match: RouteMatch): PathRewrite {
  const specifier = pathSpecifier(match);
  if (specifier.kind === 'prefix' || specifier.kind === 'pathSeparatedPrefix') {
    const { length } = specifier.value;
    return (path) => replacement + path.slice(length);
  }
  return (path) => replacement + path.slice(pathEnd(path));
}

function templateRewrite(template: string, match: RouteMatch): PathRewrite {
  const specifier = pathSpecifier(match);
  const captures = specifier.kind === 'uriTemplate' ? compileUriTemplate(specifier.value) : undefined;
  return (path) => {
    const end = pathEnd(path);
    const found = captures?.match(path.slice(0, end));
    if (found === undefined) return path;
    return template.replace(/\{(\w+)\}/g, (_, name: string) => found.get(name) ?? '') + path.slice(end);
  };
}
