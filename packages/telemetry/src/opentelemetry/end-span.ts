import type { ObservedCall } from '@inmesh/engine';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { ruleAttributes } from './attributes.js';

/** @param failsFrom the first status that is a failure: a client's own mistakes are none of its server's */
export function endSpan(span: Span, call: ObservedCall, { failsFrom }: { readonly failsFrom: number }): void {
  const { responseCode, responseCodeDetails } = call;
  if (span.isRecording()) {
    span.setAttributes(ruleAttributes(call));
    if (responseCode > 0) span.setAttribute('http.response.status_code', responseCode);
    if (call.hasFlags) span.setAttribute('inmesh.response_flags', [...call.responseFlags]);
    if (responseCode === 0 || responseCode >= failsFrom) {
      const type = responseCode === 0 ? responseCodeDetails || 'aborted' : String(responseCode);
      span.setAttribute('error.type', type);
      span.setStatus({ code: SpanStatusCode.ERROR, ...(call.hasFlags && { message: responseCodeDetails }) });
    }
  }
  span.end();
}
