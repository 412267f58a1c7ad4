/** How the provider's notice of a deposit goes: once, lost, twice, or followed by one of the state before. */
export const NOTICES = ['once', 'lost', 'twice', 'stale'] as const;
export type Notice = (typeof NOTICES)[number];

/** What the sandbox is told of a notice; see its `POST /_sandbox/deposits`. */
export const NOTICE_KNOBS: Readonly<Record<Notice, object>> = {
  once: { webhookCopies: 1, webhookStale: false },
  lost: { webhookCopies: 0, webhookStale: false },
  twice: { webhookCopies: 2, webhookStale: false },
  stale: { webhookCopies: 1, webhookStale: true },
};
