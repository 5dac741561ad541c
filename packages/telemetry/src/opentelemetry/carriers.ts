import type { HeaderMap } from '@inmesh/model';
import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** Reads trace context off a head. */
export const headerGetter: TextMapGetter<HeaderMap> = {
  keys: (headers) => headers.lines.filter((_, index) => index % 2 === 0),
  get: (headers, name) => headers.get(name.toLowerCase()),
};

/** Writes trace context onto a head, in the place of what stands there. */
export const headerSetter: TextMapSetter<HeaderMap> = {
  set: (headers, name, value) => headers.set(name.toLowerCase(), value),
};

/** The same for hosts that no rule knows: what an application says of itself in its baggage is none of their business. */
export const strangerSetter: TextMapSetter<HeaderMap> = {
  set(headers, name, value) {
    if (name.toLowerCase() !== 'baggage') headers.set(name.toLowerCase(), value);
  },
};
