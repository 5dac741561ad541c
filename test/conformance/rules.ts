import type { Workload } from '@inmesh/model';
import { parseAllDocuments } from 'yaml';
import type { TestCase } from './conformance-case.js';

/**
 * The rules of a case as one YAML text. Objects without a creation time were all created in the same, present
 * second, which is written into them: to a source of files such an object would be the oldest.
 */
export function rulesOf({ config = '', kubernetes = '' }: TestCase): string {
  const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return [config, kubernetes]
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => {
      const metadata = document.get('metadata');
      if (metadata && !document.hasIn(['metadata', 'creationTimestamp']))
        document.setIn(['metadata', 'creationTimestamp'], createdAt);
      return document.toString({ directives: false, lineWidth: 0 });
    })
    .join('---\n');
}

/** The workload that calls, or the gateway that receives: what istiod was told about the proxy. */
export function workloadOf({ proxy }: TestCase): Partial<Workload> {
  const { type, namespace, labels = {}, locality = '' } = proxy;
  return { type, namespace, labels, locality, ip: '10.1.1.1' };
}
