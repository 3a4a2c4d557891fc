/** Links in mails: what stands behind the `#`, which browsers send to nobody. */

export function tokenOfLink(hash = location.hash): string {
  return new URLSearchParams(hash.slice(1)).get('token') ?? ''
}

/** Where the mails of a cloud on one's own machine are; null elsewhere. */
export function ownMailbox(host = location.hostname): string | null {
  return host === 'localhost' || host === '127.0.0.1' ? '/dev/mailbox' : null
}
