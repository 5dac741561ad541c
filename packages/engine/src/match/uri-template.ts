/** A compiled URI template: what its variables captured, or `undefined` when the path does not match. */
export interface UriTemplate {
  match(pathname: string): ReadonlyMap<string, string> | undefined;
}

/**
 * Envoy: `UriTemplateMatchConfig`. `*` stands for one segment, `**` for any number and last, `{name}` and
 * `{name=pattern}` capture; text may follow the last operator. `undefined` for what is no template.
 */
export function compileUriTemplate(template: string): UriTemplate | undefined {
  if (!template.startsWith('/') || template.length > 256 || !isUnambiguous(template)) return undefined;
  const names: string[] = [];
  let source = '';
  for (let i = 0; i < template.length; ) {
    const close = template.indexOf('}', i);
    if (template[i] === '{') {
      if (close === -1) return undefined;
      const [name = '', pattern = '*'] = splitOnce(template.slice(i + 1, close), '=');
      names.push(name);
      source += `(${operators(pattern)})`;
      i = close + 1;
    } else {
      const open = template.indexOf('{', i);
      const end = open === -1 ? template.length : open;
      source += operators(template.slice(i, end));
      i = end;
    }
  }
  // Built from escaped text and segment classes only: each class ends at the next slash, so matching is linear.
  const expression = new RegExp(`^${source}$`);
  return {
    match(pathname) {
      const found = expression.exec(pathname);
      return found === null ? undefined : new Map(names.map((name, i) => [name, found[i + 1] ?? '']));
    },
  };
}

/** One operator per segment, and `**` last of all: there is one way only to cut a path. */
function isUnambiguous(template: string): boolean {
  const plain = template.replace(/\{\w+(?:=([^}]*))?\}/g, (_, pattern: string | undefined) => pattern ?? '*');
  const found = plain.match(/\*\*|\*/g) ?? [];
  const perSegment = plain.split('/').map((segment) => segment.match(/\*\*|\*/g)?.length ?? 0);
  return Math.max(...perSegment) <= 1 && !found.slice(0, -1).includes('**') && !/[{}]/.test(plain);
}

function operators(text: string): string {
  return text.replace(/\*\*|\*|[^*]+/g, (part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
