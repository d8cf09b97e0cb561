import type { BannerTone } from "./banner.tsx";

export type ToastAsk = {
  /** What happened, as a sentence without a full stop. */
  readonly title: string;
  readonly text?: string;
  readonly tone?: BannerTone;
  readonly action?: { readonly text: string; readonly onPress: () => void };
  /** Failures stay until they are dismissed; everything else leaves by itself. */
  readonly staysUntilDismissed?: boolean;
};
type Showing = { readonly show: (id: string, ask: ToastAsk) => void; readonly close: (id: string) => void };
export type Toasts = {
  /** Gives an id to close it by. */
  readonly show: (ask: ToastAsk) => string;
  readonly close: (id: string) => void;
  /** The host draws them once it is there; what was said before waits for it. */
  readonly attach: (host: Showing) => () => void;
};

/** For short news about something the operator just did. Never the only place where something important is said. */
export const createToasts = (): Toasts => {
  let host: Showing | undefined;
  let count = 0;
  const waiting = new Map<string, ToastAsk>();
  return {
    show(ask) {
      count += 1;
      const id = `toast-${count}`;
      if (host === undefined) waiting.set(id, ask);
      else host.show(id, ask);
      return id;
    },
    close(id) {
      waiting.delete(id);
      host?.close(id);
    },
    attach(next) {
      host = next;
      for (const [id, ask] of waiting) next.show(id, ask);
      waiting.clear();
      return () => {
        if (host === next) host = undefined;
      };
    },
  };
};
