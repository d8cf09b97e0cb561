import type { Asking } from "./route.ts";

/** What people did to get in, or to what lets them in; into the server's own record, which no organisation can write. */
export type SignInRecord = (of: { readonly email: string; readonly result: string; readonly address: string; readonly way?: string }) => Promise<void>;

/** What was done is recorded, and so is what was refused and why. */
export const createNoted = (recordSignIn: SignInRecord) =>
  async function noted<T>(of: { readonly email: string; readonly way: string }, { address }: Pick<Asking, "address">, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      await recordSignIn({ ...of, result: "ok", address });
      return result;
    } catch (error) {
      await recordSignIn({ ...of, result: (error as { code?: string }).code ?? "failed", address });
      throw error;
    }
  };
