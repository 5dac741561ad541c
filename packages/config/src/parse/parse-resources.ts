import type { Steps } from '@inmesh/model';
import type { SourceState } from '../source/config-source.js';
import type { ParseLimits } from './parse-limits.js';
import { TextReader } from './text-reader.js';

/**
 * Reads a text of Istio and Kubernetes objects: YAML of one or many documents, JSON, Lists. What cannot be
 * read is told in `findings` and hides nothing else. Specs are not validated here.
 *
 * @param source names the text in positions, usually a file's path.
 */
export function parseResources(text: string, source: string, limits?: ParseLimits): SourceState {
  return new TextReader(source, limits).read(text);
}

/** The same in steps, for a text that may be long. */
export function readingResources(text: string, source: string, limits?: ParseLimits): Steps<SourceState> {
  return new TextReader(source, limits).reading(text);
}
