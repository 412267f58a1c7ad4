/**
 * The network that stands for a client: an IPv4 address by itself, an IPv6 address by its first 64 bits, since one
 * household has all the rest. What is no address stands for itself.
 */
export function networkOf(address: string): string {
  const bare = address.trim().toLowerCase().split('%', 1)[0] ?? '';
  if (!bare.includes(':')) return bare;
  const groups = groupsOf(bare);
  if (groups === undefined) return bare;
  const [high = 0, low = 0] = groups.slice(6);
  // A socket that serves both families writes IPv4 peers as ::ffff:a.b.c.d.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address; the URL parser knows every way to write one. */
function groupsOf(address: string): number[] | undefined {
  const { hostname } = URL.parse(`http://[${address}]/`) ?? {};
  if (hostname === undefined) return undefined;
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = parts(head);
  const right = parts(tail ?? '');
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

const parts = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
