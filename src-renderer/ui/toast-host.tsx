import { Toast as Base } from "@base-ui/react/toast";
import { useEffect, useMemo } from "react";
import { classNames } from "../lib/class-names.ts";
import type { BannerTone } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { IconButton } from "./icon-button.tsx";
import styles from "./toast.module.css";
import type { ToastAsk, Toasts } from "./toast.ts";

type ToastData = { tone: BannerTone; action?: ToastAsk["action"] };
const ICONS: Readonly<Record<BannerTone, IconName>> = { info: "info", ok: "success", warn: "warning", bad: "error" };
const LEAVES_MS = 6000;

export const ToastHost = ({ toasts }: { toasts: Toasts }) => {
  const manager = useMemo(() => Base.createToastManager<ToastData>(), []);
  useEffect(
    () =>
      toasts.attach({
        show: (id, { title, text, tone = "info", action, staysUntilDismissed = tone === "bad" }) =>
          manager.add({
            id,
            title,
            ...(text === undefined ? {} : { description: text }),
            timeout: staysUntilDismissed ? 0 : LEAVES_MS,
            priority: tone === "bad" ? "high" : "low",
            data: { tone, ...(action === undefined ? {} : { action }) },
          }),
        close: (id) => manager.close(id),
      }),
    [toasts, manager],
  );
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className={styles.viewport} aria-label="Notifications">
          <Shown />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
};

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
