import type { Me } from "./model.ts";

/** How this session comes to stand for more than a password, and whether that begins in this person's account here. */
export function secondFactorWay({ provider, hasPasskey }: Pick<Me, "provider" | "hasPasskey">): { readonly text: string; readonly isSetUpHere: boolean } {
  if (provider !== null) return { text: "Your identity provider did not say that it asked you for more than a password. Sign out, and in again there with a second factor; if it asks for none, whoever runs it can make it ask and say so.", isSetUpHere: false };
  if (hasPasskey) return { text: "You signed in with a password alone, and you have a passkey. Sign out, then sign in again with it: this organisation opens.", isSetUpHere: false };
  return { text: "You signed in with a password alone. Set up an authenticator under your account, and this organisation opens once it is confirmed; or add a passkey there, then sign in again with it.", isSetUpHere: true };
}
