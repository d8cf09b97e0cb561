import { Toast as Base } from "@base-ui/react/toast";
import { classNames } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import type { BannerTone } from "./banner.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { IconButton } from "./icon-button.tsx";
import styles from "./toast.module.css";

export type ToastAsk = {
  /** What happened, as a sentence without a full stop. */
  readonly title: string;
  readonly text?: string;
  readonly tone?: BannerTone;
  readonly action?: { readonly text: string; readonly onPress: () => void };
  /** Failures stay until they are dismissed; everything else leaves by itself. */
  readonly staysUntilDismissed?: boolean;
};

type ToastData = { tone: BannerTone; action?: ToastAsk["action"] };
export type Toasts = { readonly manager: ReturnType<typeof Base.createToastManager<ToastData>>; readonly show: (ask: ToastAsk) => string; readonly close: (id: string) => void };

const ICONS: Readonly<Record<BannerTone, IconName>> = { info: "info", ok: "success", warn: "warning", bad: "error" };

/** For short news about something the operator just did. Never the only place where something important is said. */
export const createToasts = (): Toasts => {
  const manager = Base.createToastManager<ToastData>();
  return {
    manager,
    show: ({ title, text, tone = "info", action, staysUntilDismissed = tone === "bad" }) =>
      manager.add({
        title,
        ...(text === undefined ? {} : { description: text }),
        timeout: staysUntilDismissed ? 0 : 6000,
        priority: tone === "bad" ? "high" : "low",
        data: { tone, ...(action === undefined ? {} : { action }) },
      }),
    close: (id) => manager.close(id),
  };
};

export const ToastHost = ({ toasts }: { toasts: Toasts }) => (
  <Base.Provider toastManager={toasts.manager} limit={4}>
    <Base.Portal>
      <Base.Viewport className={styles.viewport} aria-label="Notifications">
        <Shown />
      </Base.Viewport>
    </Base.Portal>
  </Base.Provider>
);

const Shown = () => {
  const { toasts } = Base.useToastManager<ToastData>();
  return toasts.map((toast) => {
    const tone = toast.data?.tone ?? "info";
    const action = toast.data?.action;
    return (
      <Base.Root key={toast.id} toast={toast} swipeDirection="right" className={classNames(styles.toast, styles[tone])}>
        <Base.Content className={styles.content}>
          <Icon name={ICONS[tone]} />
          <div className={styles.words}>
            <Base.Title className={styles.title} />
            <Base.Description className={styles.text} />
          </div>
          {action === undefined ? null : <Base.Action render={<Button size="sm">{action.text}</Button>} onClick={action.onPress} />}
          <Base.Close render={<IconButton icon="close" label="Dismiss" size="sm" />} />
        </Base.Content>
      </Base.Root>
    );
  });
};
