const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether the URL names this machine, where the provider's stand-in runs. */
export const isLoopback = (url: URL): boolean => LOOPBACK_HOST.test(url.hostname);

/** Whether card data may go there: encrypted, or never leaving this machine. */
export const isSafeBaseUrl = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
