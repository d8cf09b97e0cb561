import { lazy, Suspense } from "react";
import { Icon } from "../ui/icon.tsx";
import styles from "./unlock-screen.module.css";
import { useStatus } from "./use-app.ts";

const UnlockForm = lazy(() => import("./unlock-form.tsx").then((module) => ({ default: module.UnlockForm })));

/** Covers everything while nobody is unlocked. */
export const UnlockScreen = () => {
  const version = useStatus((status) => status?.version);
  return (
    <div className={styles.cover} role="dialog" aria-modal="true" aria-labelledby="unlock-title">
      <div className={styles.card}>
        <span className={styles.icon}>
          <Icon name="lock" size={20} />
        </span>
        <h1 id="unlock-title" className={styles.title}>
          SENA is locked
        </h1>
        <p className={styles.words}>Terminals stay connected and recorded work goes on. Nothing is shown and nothing can be started until somebody unlocks.</p>
        <Suspense fallback={null}>
          <UnlockForm />
        </Suspense>
        <p className={styles.version}>{version === undefined ? "" : `SENA ${version}`}</p>
      </div>
    </div>
  );
};
