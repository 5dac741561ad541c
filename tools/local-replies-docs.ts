import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { grpcStatusOf, localReplies } from '@inmesh/model';

/** `docs/local-replies.md`: the table of local replies as a page. */
export function localRepliesPage(): string {
  const rows = Object.values(localReplies).map(
    ({ status, flag, details, body }) =>
      `| ${status} | ${flag === '' ? '–' : flag} | \`${details}\` | ${body === '' ? '*empty*' : body} | ${grpcStatusOf(status)} |`,
  );
  return [
    '# Answers that the mesh makes itself',
    '',
    'Generated from the table of local replies (`packages/model/src/local-reply.ts`) by',
    '`tools/local-replies-docs.ts`. Where Envoy would answer by itself, so does inmesh: the answer is a response with',
    "Envoy's status and body, its flags stand in `x-inmesh-flags` and in the access log. Rules may change status and",
    'body (faults, direct responses, `local_reply_config`). `URX` joins the flag when retries are used up, and `DI`',
    'when a delay was injected.',
    '',
    '| status | flag | details | body | gRPC status |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/local-replies.md', import.meta.url), localRepliesPage());
}
