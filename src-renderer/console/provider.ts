import type { Ask } from "./rest.ts";

// The way out to an organisation's identity provider and back. What is remembered is where to come back to and which
// organisation's providers to offer at the next sign-in; both are places, no secrets.

const BACK = "sena.central.back";
const LAST = "sena.central.sign-in";
const UUID = /^[0-9a-f-]{36}$/;
/** The page under an organisation's own address: which one it was is told with the answer. */
const FROM = /^\/from-([0-9a-f-]{36})$/;

export const rememberedOrganisation = (storage: Pick<Storage, "getItem">): string | undefined => {
  const found = storage.getItem(LAST) ?? "";
  return UUID.test(found) ? found : undefined;
};

export async function goToProvider(ask: Ask, of: { readonly orgId: string; readonly providerId: string; readonly isProof?: boolean }): Promise<void> {
  const { url } = await ask("POST /v1/sign-in/:orgId", of);
  sessionStorage.setItem(BACK, location.hash);
  location.assign(url);
}

/** What the provider sent this page back with is taken out of the address at once, and told to the server. */
export async function comeBack(ask: Ask, navigate: (path: string) => void): Promise<void> {
  const answer = Object.fromEntries(new URLSearchParams(location.search));
  if (answer["state"] === undefined) return;
  const back = sessionStorage.getItem(BACK) ?? "";
  sessionStorage.removeItem(BACK);
  const [, cameTo] = FROM.exec(location.pathname) ?? [];
  history.replaceState(null, "", cameTo === undefined ? location.pathname : "/");
  navigate(back === "" || back.startsWith("#/with") ? "/" : back.slice(1));
  const { orgId } = await ask("POST /v1/session/provider", { answer, ...(cameTo !== undefined && { cameTo }) });
  localStorage.setItem(LAST, orgId);
}
