import type { HeaderMap, HeaderValueOption, RequestHead } from '@inmesh/model';
import { compileFormat, type Format } from './format-string.js';
import { joinValue, singleLineHeaders } from './header-line.js';
import type { StreamInfo } from './stream-info.js';

/** The header mutations of one level (weighted cluster, route, virtual host, route configuration), compiled. */
export interface HeaderMutations {
  /** Removals first, then all values are formatted, then overwrites, then additions, whatever their order. */
  apply(headers: HeaderMap, head: RequestHead, stream: StreamInfo): void;
}

type Action = NonNullable<HeaderValueOption['appendAction']>;

interface Addition {
  readonly name: string;
  readonly format: Format;
  readonly action: Action;
  readonly keepEmpty: boolean;
  /** Whether another value joins the line that there is. */
  readonly joins: boolean;
}

/** `undefined` when the level says nothing. Envoy: `HeaderParser`. */
export function compileMutations(
  toAdd: readonly HeaderValueOption[] | undefined,
  toRemove: readonly string[] | undefined,
): HeaderMutations | undefined {
  const removals = (toRemove ?? []).map((name) => name.toLowerCase());
  const additions = (toAdd ?? []).map(compileAddition);
  if (removals.length === 0 && additions.length === 0) return undefined;
  const only = additions.length === 1 ? additions[0] : undefined;
  return {
    apply(headers, head, stream) {
      for (let i = 0; i < removals.length; i++) headers.remove(removals[i] ?? '');
      if (only !== undefined) {
        write(headers, only, valueFor(only, headers, head, stream));
        return;
      }
      const due = additions.map((addition) => valueFor(addition, headers, head, stream));
      additions.forEach((addition, i) => {
        if (isOverwrite(addition.action)) write(headers, addition, due[i]);
      });
      additions.forEach((addition, i) => {
        if (!isOverwrite(addition.action)) write(headers, addition, due[i]);
      });
    },
  };
}

function write(headers: HeaderMap, { name, action, joins }: Addition, value: string | undefined): void {
  if (value === undefined) return;
  if (isOverwrite(action)) headers.set(name, value);
  else if (joins) joinValue(headers, name, value);
  else headers.append(name, value);
}

function compileAddition(option: HeaderValueOption): Addition {
  const name = (option.header?.key ?? '').toLowerCase();
  return {
    name,
    format: compileFormat(option.header?.value ?? ''),
    action:
      option.append === false
        ? 'OVERWRITE_IF_EXISTS_OR_ADD'
        : (option.appendAction ?? 'APPEND_IF_EXISTS_OR_ADD'),
    keepEmpty: option.keepEmptyValue ?? false,
    joins: singleLineHeaders.has(name),
  };
}

/** `undefined`: nothing to do. Whether a header exists is judged before any of the level's values is written. */
function valueFor(
  { name, format, action, keepEmpty }: Addition,
  headers: HeaderMap,
  head: RequestHead,
  stream: StreamInfo,
): string | undefined {
  if (action === 'ADD_IF_ABSENT' && headers.has(name)) return undefined;
  if (action === 'OVERWRITE_IF_EXISTS' && !headers.has(name)) return undefined;
  const value = format(head, stream);
  return value === '' && !keepEmpty ? undefined : value;
}

function isOverwrite(action: Action): boolean {
  return action === 'OVERWRITE_IF_EXISTS_OR_ADD' || action === 'OVERWRITE_IF_EXISTS';
}
