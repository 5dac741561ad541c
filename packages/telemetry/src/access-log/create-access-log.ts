import type { Writable } from 'node:stream';
import type { ObservedCall } from '@inmesh/engine';
import { defaultJsonFormat, defaultTextFormat } from './default-formats.js';
import { fileSink } from './file-sink.js';
import { LineBuffer, type LineBufferOptions, type LineSink } from './line-buffer.js';
import { type JsonFormat, jsonLine, type LineFormat, textLine } from './line-format.js';
import { functionSink, streamSink } from './stream-sink.js';

/** How an access log is written. */
export interface AccessLogOptions {
  /**
   * Envoy's format strings: one text, or an object whose values are texts, which is written as JSON.
   *
   * @defaultValue Istio's, of text
   */
  readonly format?: string | JsonFormat;
  /**
   * A file to append to, a stream, or a function that is given each line without its line break, in a later turn of
   * the event loop. `/dev/stdout` and `/dev/stderr` are those of the process.
   *
   * @defaultValue `/dev/stdout`
   */
  readonly sink?: string | Writable | ((line: string) => void);
}

/** Lines about calls, one each, written behind their backs. */
export interface AccessLog {
  /** Called per call, at its end; formats its line at once and writes it later. */
  ended(call: ObservedCall): void;
  /** Lines that were left out because the sink was too slow. */
  readonly dropped: number;
  /** Resolves when everything is written, but no later than that. */
  close(graceMs: number): Promise<void>;
}

/** @throws when the file cannot be opened, and `TypeError` for a sink that is none. */
export function createAccessLog(
  { format = defaultTextFormat, sink = '/dev/stdout' }: AccessLogOptions,
  options: LineBufferOptions = {},
): AccessLog {
  const line: LineFormat = typeof format === 'string' ? textLine(format) : jsonLine(format);
  const buffer = new LineBuffer(sinkOf(sink), options);
  return {
    ended: (call) => buffer.add(line(call)),
    get dropped() {
      return buffer.dropped;
    },
    close: (graceMs) => buffer.close(graceMs),
  };
}

/** What the short forms of the option stand for. */
export const accessLogPresets: Readonly<Record<'text' | 'json', AccessLogOptions>> = {
  text: { format: defaultTextFormat },
  json: { format: defaultJsonFormat },
};

function sinkOf(sink: NonNullable<AccessLogOptions['sink']>): LineSink {
  if (typeof sink === 'string') return fileSink(sink);
  if (typeof sink === 'function') return functionSink(sink);
  if (typeof sink?.write === 'function') return streamSink(sink);
  throw new TypeError('the sink of an access log is a path, a stream or a function');
}
