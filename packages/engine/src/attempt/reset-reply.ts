import { type LocalReplyKind, localReplies } from '@inmesh/model';
import type { ResetReason } from '../call.js';

/** What the mesh answers where no response head came. @param cause joins the details of a connection that failed */
export function resetReply(
  reason: ResetReason,
  { isRetry, cause }: { readonly isRetry: boolean; readonly cause: Error | undefined },
): LocalReplyKind {
  const kind = localReplies[reason];
  if (!isRetry && cause === undefined) return kind;
  return {
    ...kind,
    body: isRetry ? kind.body.replace('headers. reset', 'headers. retried and the latest reset') : kind.body,
    details:
      cause === undefined || kind.flag !== 'UF'
        ? kind.details
        : kind.details.replace(/\}$/, `|${cause.message.replaceAll(' ', '_')}}`),
  };
}

/** The details of a response that broke off behind its head: `remoteReset` is `remote_reset` there. */
export function detailsOfBreak(reason: ResetReason): string {
  const name = reason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `upstream_reset_after_response_started{${name}}`;
}
