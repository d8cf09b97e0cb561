const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;

/** Sealed, nothing is asked but this machine and hosts of the inventory. Names are compared whole: no part of a name is a host. */
export const barredBy =
  ({ isSealed, inventory }: { readonly isSealed: () => boolean; readonly inventory: { all(): readonly { readonly address: string; readonly name: string }[] } }) =>
  (host: string): string | undefined =>
    !isSealed() || LOOPBACK.test(host) || inventory.all().some(({ address, name }) => address === host || name === host) ? undefined : `SENA is sealed, and ${host} is no host of the inventory: allow the local network under Settings → Network`;
