import { Failure } from "../../src-main/contract/failure.ts";

// The browser's side of passkeys. Messages go as the standard's JSON; this page reads nothing out of them.

type Json = Readonly<Record<string, unknown>>;
type Answer = { id: string; rawId: string; type: "public-key"; response: { clientDataJSON: string } };

export const canPasskey = (): boolean => typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

export const makePasskey = (options: Json): Promise<Answer> => given(() => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON) }));
export const answerPasskey = (options: Json): Promise<Answer> => given(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON) }));

async function given(asking: () => Promise<Credential | null>): Promise<Answer> {
  try {
    const credential = await asking();
    if (credential instanceof PublicKeyCredential) return credential.toJSON() as Answer;
  } catch (error) {
    if ((error as Error).name === "InvalidStateError") throw new Failure("PASSKEY_THERE", "This authenticator holds a passkey of yours for this server already. Nothing was added.");
    if ((error as Error).name === "SecurityError") throw new Failure("PASSKEY_PLACE", "Passkeys of this server work at its own name only. Open the console by that name.");
  }
  throw new Failure("PASSKEY_NOT_GIVEN", "No passkey was given: it was cancelled, or none is here. Nothing was done.");
}
